"""How states, kinds and reasons are called on screen."""

from domain.words import (
    CloseReason,
    ConsignmentState,
    MemberState,
    NeedState,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    Urgency,
)
from locales import mark

URGENCY = {
    Urgency.CRITICAL: mark("🔴 Critical"),
    Urgency.URGENT: mark("🟠 Urgent"),
    Urgency.NORMAL: mark("🟢 Normal"),
}
URGENCY_HELP = {
    Urgency.CRITICAL: mark("Lives depend on it within days"),
    Urgency.URGENT: mark("Needed within weeks"),
    Urgency.NORMAL: mark("Needed, and it can wait its turn"),
}
NEED = {
    NeedState.OPEN: mark("open"),
    NeedState.STALE: mark("not confirmed lately"),
    NeedState.FULFILLED: mark("fulfilled, thank you"),
    NeedState.CLOSED_SHORT: mark("closed, part of it came"),
    NeedState.CANCELLED: mark("cancelled"),
}
THANKS = {
    NeedState.FULFILLED: mark("🎉 <b>Everything came. Thank you to everybody who helped!</b>"),
    NeedState.CLOSED_SHORT: mark("🏁 <b>This need is closed. Thank you to everybody who helped!</b>"),
    NeedState.CANCELLED: mark("✖️ <b>This is no longer needed. Thank you for wanting to help!</b>"),
}
PLEDGE = {
    PledgeState.HELD: mark("⏳ on hold"),
    PledgeState.PROMISED: mark("🤝 promised"),
    PledgeState.ACCEPTED: mark("✅ accepted"),
    PledgeState.DISPATCHED: mark("🚚 on the way"),
    PledgeState.RECEIVED: mark("📦 received"),
    PledgeState.LAPSED: mark("⌛ lapsed"),
    PledgeState.WITHDRAWN: mark("↩️ withdrawn"),
    PledgeState.DECLINED: mark("✖️ declined"),
}
CONSIGNMENT = {
    ConsignmentState.PACKING: mark("📦 being packed"),
    ConsignmentState.ON_THE_WAY: mark("🚚 on the way"),
    ConsignmentState.ARRIVED: mark("🏁 arrived, to be counted"),
    ConsignmentState.RECEIVED: mark("✍️ signed for"),
    ConsignmentState.CANCELLED: mark("✖️ cancelled"),
}
KIND = {
    OrganisationKind.HROMADA: mark("Hromada"),
    OrganisationKind.MUNICIPALITY: mark("City or municipality"),
    OrganisationKind.REGION: mark("Region or county"),
    OrganisationKind.ASSOCIATION: mark("Association"),
    OrganisationKind.NGO: mark("NGO or charity"),
    OrganisationKind.COMPANY: mark("Company"),
    OrganisationKind.INDIVIDUAL: mark("Private person"),
}
MEMBER = {
    MemberState.PENDING: mark("waits for verification"),
    MemberState.VERIFIED: mark("acts for it"),
    MemberState.REFUSED: mark("refused"),
    MemberState.SUSPENDED: mark("suspended"),
    MemberState.LEFT: mark("left"),
}
ORGANISATION = {
    OrganisationState.PENDING: mark("waits for verification"),
    OrganisationState.VERIFIED: mark("verified"),
    OrganisationState.REFUSED: mark("refused"),
    OrganisationState.SUSPENDED: mark("suspended"),
}
CLOSE = {
    CloseReason.NOT_NEEDED: mark("No longer needed"),
    CloseReason.COVERED_ELSEWHERE: mark("Covered from elsewhere"),
    CloseReason.SUBSTITUTED: mark("Something else serves"),
    CloseReason.LOST: mark("Lost on the way"),
    CloseReason.DAMAGED: mark("Came damaged"),
}
DECLINE = {
    "spec": mark("The specification does not fit"),
    "later": mark("It would come too late"),
    "elsewhere": mark("We found it elsewhere"),
    "condition": mark("We cannot use this condition"),
}
REFUSE = {
    "unknown": mark("We could not confirm that you work there"),
    "duplicate": mark("Your organisation is represented already"),
    "wrong": mark("This looks like another organisation"),
}
SECTOR_OTHER = "other"
