"""What a person can do wrong. Each class has one translated sentence in ``handlers/refusals.py``."""

from datetime import datetime


class Refusal(Exception):
    """A request that is politely refused; nothing has changed."""


class Forbidden(Refusal):
    """This person may not do this here."""


class NotVerified(Forbidden):
    """The person acts for an organisation that a coordinator has not verified yet."""


class NotYet(Forbidden):
    """The hromada shows this need to its partners first; it opens to everybody later."""


class Suspended(Forbidden):
    """The person or the organisation was suspended."""


class SamePerson(Forbidden):
    """Whoever promised, packed or thanked may not answer for the other side with the same account."""


class NotFound(Refusal):
    """What was asked for does not exist, or not for this person."""


class Changed(Refusal):
    """Someone else was faster; the fresh state is shown instead."""


class Unattended(Refusal):
    """Nobody acts for the hromada at the moment: nobody would answer."""


class Gone(Refusal):
    """Less is open than was asked for."""

    def __init__(self, line_id: int, left: int) -> None:
        super().__init__(line_id, left)
        self.line_id = line_id
        self.left = left


class TooLittle(Refusal):
    """An edit would ask for less than partners already promised or sent."""

    def __init__(self, line_id: int, least: int) -> None:
        super().__init__(line_id, least)
        self.line_id = line_id
        self.least = least


class DoesNotAddUp(Refusal):
    """Good, damaged and missing must make up what was sent."""

    def __init__(self, sent: int, counted: int) -> None:
        super().__init__(sent, counted)
        self.sent = sent
        self.counted = counted


class NotWhole(Refusal):
    """Half a generator: this comes in whole pieces."""


class Resting(Refusal):
    """A hold of the same organisation on the line ended a short while ago: others have their turn first."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Empty(Refusal):
    """There is nothing to publish, pledge or send."""


class AlreadyDone(Refusal):
    """The same thing was done before; it counts once."""


class ExtendedBefore(AlreadyDone):
    """A hold of the organisation on the line was kept longer before, this one or another."""


class InviteUsed(Refusal):
    """An invite link works once and for a limited time."""


class OwnLink(Refusal):
    """An invite link is for somebody else than whoever gave it."""


class TooManyLinks(Refusal):
    """Somebody has as many links out as one may have."""


class TooManyOrders(Refusal):
    """A chat has as many standing orders, over all its topics, as one may have."""


class SecondVoice(Refusal):
    """Somebody else has to say yes: one of the organisation, or another coordinator."""


class OneRequest(Refusal):
    """One request of a person waits for an answer at a time."""


class EnoughRequests(Refusal):
    """Whoever asked several times today, and took it back, waits a while."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class RestAfterRefusal(Refusal):
    """Whoever was refused waits a while before asking again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class StillCoordinates(Refusal):
    """A coordinator is dismissed first and suspended then."""


class BySettings(Refusal):
    """Whom the settings name a coordinator no press dismisses."""


class LastCoordinator(Refusal):
    """Somebody has to coordinate."""


class Misread(Refusal):
    """An answer in a form that could not be understood. ``hint`` names the sentence to show."""

    def __init__(self, hint: str, **values: str) -> None:
        super().__init__(hint)
        self.hint = hint
        self.values = values
