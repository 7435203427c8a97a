"""The site's commands in the command line: there, and cheap until one runs."""

import subprocess
import sys

from yinfeng.cli.main import commands
from yinfeng.web.commands import commands as plugged_in


def test_the_command_line_has_the_commands_of_the_site():
    names = {command.name for command in plugged_in}
    assert names == {"serve", "user", "audit", "backup", "restore", "doctor", "demo-site"}
    assert names <= set(commands.commands)


def test_listing_the_commands_imports_neither_django_nor_the_engine():
    program = (
        "import sys, yinfeng.cli.main\n"
        "print(sorted({'django', 'numpy', 'pyarrow', 'granian'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
