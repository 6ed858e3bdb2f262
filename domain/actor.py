"""Who acts, for whom, when: every service's second argument."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import Forbidden, NotVerified, Suspended
from domain.words import MemberState, OrganisationKind, OrganisationState


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's standing in one organisation."""

    organisation_id: int
    kind: OrganisationKind
    organisation_state: OrganisationState
    state: MemberState


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting now, for the organisation she switched to (if any)."""

    person_id: int
    at: datetime
    membership: Membership | None = None
    coordinator: bool = False
    suspended: bool = False

    @property
    def organisation_id(self) -> int | None:
        """The organisation acted for."""
        return self.membership.organisation_id if self.membership else None

    @property
    def acts_for(self) -> int | None:
        """The organisation acted for once verified: a claim alone opens nobody's papers."""
        return self.organisation_id if self._acts_for_verified else None

    @property
    def is_official(self) -> bool:
        """Verified, for a verified hromada."""
        return self._acts_for_verified and self._kind is OrganisationKind.HROMADA

    @property
    def is_partner(self) -> bool:
        """Verified, for a verified organisation that gives."""
        return self._acts_for_verified and self._kind is not OrganisationKind.HROMADA

    def official(self) -> int:
        """The hromada acted for; raises Forbidden and its kin for anyone else."""
        return self._must(self.is_official)

    def partner(self) -> int:
        """The giving organisation acted for; raises Forbidden and its kin for anyone else."""
        return self._must(self.is_partner)

    def must_coordinate(self) -> None:
        """Raises Forbidden for everyone but coordinators."""
        if self.suspended or not self.coordinator:
            raise Forbidden

    @property
    def _kind(self) -> OrganisationKind | None:
        return self.membership.kind if self.membership else None

    @property
    def _acts_for_verified(self) -> bool:
        return (
            not self.suspended
            and self.membership is not None
            and self.membership.state is MemberState.VERIFIED
            and self.membership.organisation_state is OrganisationState.VERIFIED
        )

    def _must(self, allowed: bool) -> int:
        if allowed and self.membership:
            return self.membership.organisation_id
        membership = self.membership
        if self.suspended or (
            membership
            and (
                membership.state is MemberState.SUSPENDED
                or membership.organisation_state is OrganisationState.SUSPENDED
            )
        ):
            raise Suspended
        if membership and MemberState.PENDING in (membership.state, membership.organisation_state.value):
            raise NotVerified
        raise Forbidden
