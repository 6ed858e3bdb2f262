"""``python -m bot`` is ``hromada-bridge``."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="hromada-bridge")
