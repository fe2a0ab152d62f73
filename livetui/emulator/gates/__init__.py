"""How each system's requests are signed, read and answered; `livetui.emulator.gate` loads the one it needs.

Each module is a `gate.Ways`.
"""
