"""A terminal of 80 by 24 with the program in it: type keys, look at the screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from support import PROGRAM

MARK = re.compile(r'\033\[0m\033\[1;7m(.*?)\033\[0m')
ESCAPE = re.compile(r'\033\[[0-9;?]*[A-Za-z]')


class Terminal:

    def __init__(self, folder, *arguments, rows=24, columns=80):
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=folder, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.slave = slave
        self.output = ''

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def read(self, timeout):
        ready, _, _ = select.select([self.master], [], [], timeout)
        if not ready:
            return False
        try:
            self.output += os.read(self.master, 65536).decode('utf-8', 'replace')
        except OSError:
            return False
        return True

    def frame(self):
        """What stands on the screen now, with its escapes; '' before the first frame is whole."""
        frames = self.output.split('\033[H')
        return frames[-1] if len(frames) > 1 and frames[-1].endswith('\033[J') else ''

    def lines(self):
        return [ESCAPE.sub('', line) for line in self.frame().replace('\r', '').split('\n')]

    def wait(self, condition=lambda self: True, timeout=60):
        """Reads until there is a whole frame for which `condition` holds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.frame() and condition(self):
                return
            if not self.read(0.05) and self.process.poll() is not None:
                break
        raise AssertionError('the screen never showed it: ' + repr(self.output[-1500:]))

    def press(self, keys):
        """Types `keys` one at a time, each time waiting for the frame that follows."""
        for key in re.findall(r'\033\[.~?|.', keys, re.S):
            n = self.output.count('\033[H')
            os.write(self.master, key.encode())
            end = time.monotonic() + 60
            while self.output.count('\033[H') == n or not self.frame():
                if not self.read(0.05) and self.process.poll() is not None:
                    return
                if time.monotonic() > end:
                    raise AssertionError('no frame after a key')

    def end(self, number=None):
        """Waits for the end, after sending signal `number`; gives the exit code."""
        if number:
            self.process.send_signal(number)
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.02):
            pass
        return self.process.wait(timeout=60)

    def is_restored(self):
        return termios.tcgetattr(self.slave) == self.before and '\033[?1049l' in self.output

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.slave)
        os.close(self.master)
