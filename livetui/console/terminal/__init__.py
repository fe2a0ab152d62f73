"""What goes to the terminal, and how little of it: see `driver.py` for how it is joined to Textual."""
