"""What somebody sent to the other side: what may pass, what gets a sentence."""

import pytest

from domain.errors import Misread
from domain.talking import LARGEST_FILE, Sent
from handlers.forms.talk import message_of
from handlers.incoming import Incoming, Kind

PDF = {"file_id": "f", "file_unique_id": "u", "file_name": "план.pdf", "file_type": "application/pdf"}


def incoming(kind: Kind, **values: object) -> Incoming:
    return Incoming(1, kind, 1, "private", **values)  # type: ignore[arg-type]


def test_words_photos_and_office_files_pass() -> None:
    assert message_of(incoming("text", text=" Чи підійде? ")) == ("Чи підійде?", [])
    photo = incoming("photo", file_id="f", file_unique_id="u", text="Ось")
    assert message_of(photo) == ("Ось", [Sent("photo", "f", "u")])
    plan = Sent("document", "f", "u", "план.pdf")
    assert message_of(incoming("document", **PDF, file_size=LARGEST_FILE)) == ("", [plan])


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        (incoming("document", **PDF, file_size=LARGEST_FILE + 1), "file_size"),
        (incoming("document", **PDF | {"file_name": "план.exe"}), "file_kind"),
        (incoming("document", **PDF | {"file_type": "text/html"}), "file_kind"),
        (incoming("other"), "file_kind"),
        (incoming("contact", phone="+380671234567"), "file_kind"),
        (incoming("text", text="\u200b \n"), "empty"),
        (incoming("text", text="x" * 4097), "too_long"),
    ],
)
def test_the_rest_gets_a_sentence(sent: Incoming, hint: str) -> None:
    with pytest.raises(Misread) as refused:
        message_of(sent)
    assert refused.value.hint == hint
