"""usage: python3 ensure_environment.py FOLDER REQUIREMENTS

Makes a virtual environment in FOLDER with the pinned packages that the file REQUIREMENTS lists, unless it is there. Of
several processes that ask at once, one installs and the others wait; the lock ends with its process. Prints the path of the
environment's Python. Ends with 3 where PyPI can't be reached.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import venv

# The last one: pip reached an index that knows no version at all, which is how it tells that it reached none.
UNREACHABLE = re.compile(r"NewConnectionError|Connection refused|ConnectTimeout|ReadTimeout|Name or service not known|from versions: none")


def install(folder: str, requirements: str) -> str:
    python = os.path.join(folder, "bin", "python")
    done = os.path.join(folder, "installed")
    if os.path.exists(done):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    # Wheels only: nothing is compiled, and nothing of a package runs while it is installed.
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile", "--only-binary", ":all:"]
    ran = subprocess.run([*pip, "--retries", "1", "-r", requirements], capture_output=True, text=True)
    if ran.returncode != 0:
        said = ran.stdout + ran.stderr
        sys.stderr.write(said)
        sys.exit(3 if UNREACHABLE.search(said) else 1)
    name_psycopg2(python)
    open(done, "w").close()
    return python


def name_psycopg2(python: str) -> None:
    """Synapse looks for a distribution of the name psycopg2; psycopg2-binary is the same module, as a wheel."""
    alias = """if True:
        import importlib.metadata as m, pathlib
        try: found = m.distribution("psycopg2-binary")
        except m.PackageNotFoundError: raise SystemExit
        folder = pathlib.Path(str(found.locate_file(f"psycopg2-{found.version}.dist-info")))
        folder.mkdir(exist_ok=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\\nName: psycopg2\\nVersion: {found.version}\\n")
    """
    subprocess.run([python, "-c", alias], check=True)


def main(folder: str, requirements: str) -> None:
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(install(folder, requirements))


main(*sys.argv[1:])
