"""One sentence for everything a person can do wrong."""

from domain import errors
from domain.model import Line
from domain.numbers import format_quantity
from handlers.reader import Reader
from locales import mark

SENTENCES: dict[type[errors.Refusal], str] = {
    errors.Forbidden: mark("You may not do this here. Nothing was changed."),
    errors.NotVerified: mark(
        "A coordinator still has to verify you. You will hear from us as soon as that is done."
    ),
    errors.NotYet: mark("The hromada shows this need to its partners first. It opens to everybody soon."),
    errors.Suspended: mark("Your access is suspended. Please ask your coordinator."),
    errors.SamePerson: mark(
        "You acted for the other side here. Somebody else has to do this, with an account of their own."
    ),
    errors.NotWhole: mark("This comes in whole pieces only. Please give a whole number."),
    errors.Resting: mark(
        "Your hold on this ended a short while ago. Until {moment} others have their turn; "
        "a firm promise is welcome at any time."
    ),
    errors.ExtendedBefore: mark("A hold on this can be kept longer only once, and that was done already."),
    errors.NotFound: mark("That no longer exists."),
    errors.Changed: mark("This has changed meanwhile. Here is how it stands now."),
    errors.Unattended: mark("Nobody acts for this hromada at the moment. The coordinators know of it."),
    errors.Gone: mark("Somebody was faster: only {left} is still open."),
    errors.TooLittle: mark("Partners already promised more than that. The least you can ask for is {least}."),
    errors.DoesNotAddUp: mark("That does not add up: {sent} were sent, you counted {counted}."),
    errors.Empty: mark("There is nothing in it yet."),
    errors.AlreadyDone: mark("That is done already."),
    errors.InviteUsed: mark("This invite link works no more. Please ask for a new one."),
    errors.OwnLink: mark("This is your own link. Give it to the person it is for."),
    errors.TooManyLinks: mark("You have ten links out that nobody used yet. Revoke one first, please."),
    errors.TooManyOrders: mark(
        "This chat has ten standing orders already, which is the most. Change one of them, please."
    ),
    errors.SecondVoice: mark(
        "Somebody else has to say yes here: another coordinator, or someone of the organisation."
    ),
    errors.OneRequest: mark(
        "Your last request still waits for an answer. Wait for it, or take it back in “My details”."
    ),
    errors.RestAfterRefusal: mark("Your last request was refused. You can ask again from {until} on."),
    errors.EnoughRequests: mark("You asked several times today. You can ask again from {until} on."),
    errors.StillCoordinates: mark("This person coordinates. Dismiss them as coordinator first, please."),
    errors.BySettings: mark(
        "The settings make this person a coordinator. Whoever runs the bot has to take them out of COORDINATORS."
    ),
    errors.LastCoordinator: mark("That is the last coordinator. Appoint somebody else first, please."),
}

MISREAD = {
    "text": mark("Please answer with text here."),
    "choose": mark("Please press one of the buttons."),
    "too_long": mark("That is too long: at most {most} characters, please."),
    "empty": mark("I need a few words here."),
    "not_a_number": mark("I could not read a number there. Type it like this: 12 or 1,5"),
    "negative": mark("A quantity is more than zero. Type it like this: 12"),
    "zero": mark("A quantity is more than zero. Type it like this: 12"),
    "too_big": mark("That is more than ten million. Please check the number."),
    "too_fine": mark("At most three digits after the comma, please. For example 1,5"),
    "ambiguous": mark("Is that {first} or {second}? Type it without a dot, please."),
    "whole": mark("People are counted in whole numbers. For example 1200"),
    "whole_units": mark("This comes in whole pieces only. Type a whole number, for example 2 or 3."),
    "not_a_date": mark("I could not read a date there. Type it like this: 24.12 or 24.12.2026"),
    "does_not_exist": mark("There is no such day in the calendar. Type it like this: 24.12"),
    "past": mark("That day is over. Please choose today or later."),
    "too_far": mark("That is more than two years away. Please choose a nearer day."),
    "photo": mark("Please send a photo here, or press the button to go on."),
    "not_a_photo": mark("I can keep photos here, no other files. Send it as a photo, please."),
    "too_many_photos": mark("Ten photos are the most. The first ten are kept."),
    "too_many_lines": mark("Sixty lines are the most in one need. Please publish these and start another."),
    "phone": mark("That does not look like a phone number. For example +380 67 123 45 67"),
    "own_card": mark(
        "That is somebody else's card, and I did not keep it. Send your own, or type your number."
    ),
    "picture_file": mark(
        "A picture sent as a file carries the place where it was taken. Send it as a photo, please: then it does not."
    ),
    "nothing_found": mark("Nothing found for “{text}”. Try a part of the name."),
    "more_than_open": mark("Only {left} is still open. Type {left} or less."),
    "less_than_packed": mark("{packed} is in a consignment already. Type {packed} or more."),
    "more_than_sent": mark("Only {sent} were sent. Type {sent} or less."),
    "rows_wait": mark("Some rows still wait for your answer: they are marked with ❓."),
    "no_rows": mark("Add at least one item first."),
    "three_photos": mark("Three photos are the most here. The first three are kept."),
    "file_kind": mark(
        "I can pass on text, photos, PDF, Word and Excel files, nothing else. Please send one of these."
    ),
    "file_size": mark("That file is larger than 20 MB. Please send a smaller one, or a part of it."),
    "name": mark(
        "A name is one line of letters, digits and usual signs, at most {most} characters. Please write it like that."
    ),
    "code": mark("There is nothing with the code {code}. Please check the letters."),
}


def sentence(reader: Reader, error: errors.Refusal, line: Line | None = None) -> str:
    """What to tell the person; never a code or a class name."""
    if isinstance(error, errors.Misread):
        return reader.label(MISREAD[error.hint], **error.values)
    return reader.label(SENTENCES[_known(type(error))], **_figures(reader, error, line))


def _known(kind: type[errors.Refusal]) -> type[errors.Refusal]:
    return next(each for each in kind.__mro__ if each in SENTENCES)


def _figures(reader: Reader, error: errors.Refusal, line: Line | None) -> dict[str, str]:
    def amount(quantity: int) -> str:
        return reader.amount(quantity, line.unit) if line else format_quantity(quantity, reader.language)

    match error:
        case errors.Gone():
            return {"left": amount(error.left)}
        case errors.TooLittle():
            return {"least": amount(error.least)}
        case errors.RestAfterRefusal() | errors.EnoughRequests():
            return {"until": reader.words.moment(error.until, reader.house.terms.zone)}
        case errors.Resting():
            return {"moment": reader.words.moment(error.until, reader.house.terms.zone)}
        case errors.DoesNotAddUp():
            return {"sent": amount(error.sent), "counted": amount(error.counted)}
        case _:
            return {}
