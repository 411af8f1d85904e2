import { quoteWords } from './shell.ts';

/**
 * The command line that runs `command` in a terminal of its own, which is this program's standard input and output. With Perl, each
 * line `COLUMNS ROWS` on descriptor 3 sets its size; script(1), which stands in without it, leaves the size as it is.
 */
export function inTerminal(command: readonly string[], hasPerl: boolean): string[] {
  if (hasPerl) return ['perl', '-e', relay, '--', ...command];
  return ['env', 'SHELL=/bin/sh', 'script', '--quiet', '--return', '--flush', '--command', `exec ${quoteWords(command)}`, '/dev/null'];
}

/** Source: tty_ioctl(4), ioctl_tty(2), pts(4). The numbers are those of all processors that the Perl launcher knows. */
const relay = String.raw`
use strict;
use Fcntl;
use POSIX ();
my ($getNumber, $setLock, $setSize, $setControlling) = (0x80045430, 0x40045431, 0x5414, 0x540E);
my $interrupted = 4;
sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or die "/dev/ptmx: $!\n";
my $number = my $unlocked = pack 'i', 0;
ioctl $master, $setLock, $unlocked or die "/dev/ptmx: $!\n";
ioctl $master, $getNumber, $number or die "/dev/ptmx: $!\n";
my $path = '/dev/pts/' . unpack 'i', $number;
sysopen my $slave, $path, O_RDWR | O_NOCTTY or die "$path: $!\n";
open my $sizes, '<&=', 3 or die "sizes: $!\n";
pipe my $ended, my $end or die "pipe: $!\n";
$SIG{CHLD} = sub { local $!; syswrite $end, '.' };
$SIG{PIPE} = 'IGNORE';
my $child = fork;
defined $child or die "fork: $!\n";
unless ($child) {
  POSIX::setsid();
  ioctl $slave, $setControlling, 0 or die "$path: $!\n";
  open STDIN, '<&', $slave;
  open STDOUT, '>&', $slave;
  open STDERR, '>&', $slave;
  $SIG{CHLD} = $SIG{PIPE} = 'DEFAULT';
  exec { $ARGV[0] } @ARGV or exit 127;
}
close $slave;

sub pass {
  my ($to, $bytes) = @_;
  while (length $bytes) {
    my $count = syswrite $to, $bytes;
    return unless defined $count or $! == $interrupted;
    substr $bytes, 0, $count // 0, '';
  }
}
sub show {
  my $count = sysread $master, my $bytes, 65536;
  pass(\*STDOUT, $bytes) if $count;
  $count or !defined $count && $! == $interrupted;
}
sub isReadable { my ($wait, @from) = @_; my $set = ''; vec($set, fileno $_, 1) = 1 for @from; select($set, undef, undef, $wait) > 0 ? $set : '' }

my ($size, $hasInput, $isOpen) = ('', 1, 1);
for (;;) {
  my $ready = isReadable(undef, $ended, $sizes, $isOpen ? $master : (), $hasInput ? \*STDIN : ());
  last if vec $ready, fileno $ended, 1 and waitpid($child, 1) == $child;
  $isOpen = show() if $isOpen and vec $ready, fileno $master, 1;
  if ($hasInput and vec $ready, fileno STDIN, 1) {
    $hasInput = sysread STDIN, my $bytes, 65536;
    # The end of the input, as a person types it.
    pass($master, $hasInput ? $bytes : "\4");
  }
  if (vec $ready, fileno $sizes, 1) {
    # Nobody is there any more: the terminal is hung up.
    sysread $sizes, $size, 4096, length $size or exit 129;
    while ($size =~ s/^(\d+) (\d+)\n//) { my $value = pack 'S4', $2, $1, 0, 0; ioctl $master, $setSize, $value }
  }
}
my $status = $?;
while ($isOpen and isReadable(0, $master)) { $isOpen = show() }
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
`;
