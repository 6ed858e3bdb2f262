"""When the digest comes, and by whose clock."""

from sandbox.client import People
from tests.story.says import pl


async def test_marek_reads_at_nine_in_warsaw(people: People) -> None:
    marek = people["Marek"]
    await marek.says("/subscribe")
    await marek.presses("09:00")
    assert "09:00" in marek.sees
    await marek.presses("🕐")
    await marek.presses("Warszawa")
    assert (
        pl("📰 A digest comes here every day at {hour}:00 ({zone}).", hour="09", zone="Warszawa")
        in marek.sees
    )
    await people["Greta"].says("/needs")
    await marek.presses(pl("🔕 No digest any more"))
    assert "09:00" in marek.buttons, "and can be had again"
    assert not any("🕐" in label for label in marek.buttons)
