import { quoteWords } from './shell.ts';

/** The file system of a container's terminal, which its launcher mounts at /dev/pts; see pts(4). */
export const terminalOptions = ['newinstance', 'ptmxmode=0666', 'mode=0620', 'nosuid', 'noexec'];

/**
 * The command line that runs `command` in a terminal of its own, which is this program's standard input and output. With Perl, each
 * line `COLUMNS ROWS` on descriptor 3 sets its size; script(1), which stands in without it, leaves the size as it is.
 */
export function inTerminal(command: readonly string[], hasPerl: boolean): string[] {
  if (hasPerl) return ['perl', '-e', relay, '--', ...command];
  return ['env', 'SHELL=/bin/sh', 'script', '--quiet', '--return', '--flush', '--command', `exec ${quoteWords(command)}`, '/dev/null'];
}

/**
 * Pieces of Perl that make a terminal and stand between it and the streams of this program. They need no module.
 * Source: tty_ioctl(4), ioctl_tty(2), pts(4), open(2). The numbers are those of all processors that the Perl launcher knows.
 */
export const perlTerminal = String.raw`
# Both ends of a new terminal: the one to relay, which does not block, and the one for programs.
sub openTerminal {
  my ($device, $folder) = @_;
  my ($readWrite, $nonBlocking, $notControlling) = (2, 2048, 256);
  my ($getNumber, $setLock) = (0x80045430, 0x40045431);
  sysopen my $master, $device, $readWrite | $nonBlocking | $notControlling or die "$device: $!\n";
  my $number = my $unlocked = pack 'i', 0;
  ioctl $master, $setLock, $unlocked or die "$device: $!\n";
  ioctl $master, $getNumber, $number or die "$device: $!\n";
  my $path = "$folder/" . unpack 'i', $number;
  sysopen my $slave, $path, $readWrite | $notControlling or die "$path: $!\n";
  ($master, $slave);
}

# The leader of a session makes it the session's.
sub takeTerminal { my ($slave) = @_; ioctl $slave, 0x540E, 0 or die "terminal: $!\n" }

sub useTerminal {
  my ($slave) = @_;
  open STDIN, '+<&', $slave or die "terminal: $!\n";
  open STDOUT, '>&', $slave or die "terminal: $!\n";
  open STDERR, '>&', $slave or die "terminal: $!\n";
}

# What can be read when a child has ended. To be called before the child is forked.
sub watchChild {
  pipe my $ended, my $end or die "pipe: $!\n";
  $SIG{CHLD} = sub { local $!; syswrite $end, '.' };
  $ended;
}

sub setOf { my $set = ''; vec($set, fileno $_, 1) = 1 for @_; $set }

# Passes on what is typed and shown, and sizes as lines "COLUMNS ROWS", until the child has ended. Returns its exit code.
sub relay {
  my ($child, $ended, $master, $input, $output, $sizes) = @_;
  my ($again, $interrupted, $noHang, $setSize) = (11, 4, 1, 0x5414);
  my ($typed, $size, $hasInput, $isOpen) = ('', '', 1, 1);
  local $SIG{PIPE} = 'IGNORE';
  my $show = sub {
    my $count = sysread $master, my $bytes, 65536;
    $isOpen = defined $count ? $count > 0 : $! == $again || $! == $interrupted;
    while ($count) {
      my $written = syswrite $output, $bytes;
      last unless defined $written or $! == $interrupted;
      substr $bytes, 0, $written // 0, '';
      $count = length $bytes;
    }
  };
  for (;;) {
    # What a program does not read yet must not keep its output.
    my $readable = setOf($ended, $sizes, $isOpen ? $master : (), $hasInput && $typed eq '' ? $input : ());
    my $writable = setOf($isOpen && $typed ne '' ? $master : ());
    next unless select($readable, $writable, undef, undef) > 0;
    if (vec $readable, fileno $ended, 1) {
      sysread $ended, my $ends, 4096;
      last if waitpid($child, $noHang) == $child;
    }
    $show->() if $isOpen and vec $readable, fileno $master, 1;
    if ($hasInput and vec $readable, fileno $input, 1) {
      $hasInput = sysread $input, $typed, 65536;
      # The end of the input, as a person types it.
      $typed = "\4" unless $hasInput;
    }
    if (vec $writable, fileno $master, 1) {
      my $count = syswrite $master, $typed;
      if ($count) { substr $typed, 0, $count, '' }
      elsif ($! != $again and $! != $interrupted) { $typed = '' }
    }
    if (vec $readable, fileno $sizes, 1) {
      # Nobody is there any more: the terminal is hung up.
      sysread $sizes, $size, 4096, length $size or exit 129;
      while ($size =~ s/^(\d+) (\d+)\n//) { my $value = pack 'S4', $2, $1, 0, 0; ioctl $master, $setSize, $value }
    }
  }
  my $status = $?;
  while ($isOpen) {
    my $readable = setOf($master);
    last unless select($readable, undef, undef, 0) > 0;
    $show->();
  }
  $status & 127 ? 128 + ($status & 127) : $status >> 8;
}
`;

const relay = String.raw`
use strict;
use POSIX ();
${perlTerminal}
my ($master, $slave) = openTerminal('/dev/ptmx', '/dev/pts');
open my $sizes, '<&=', 3 or die "sizes: $!\n";
my $ended = watchChild();
my $child = fork;
defined $child or die "fork: $!\n";
unless ($child) {
  $SIG{CHLD} = 'DEFAULT';
  POSIX::setsid();
  takeTerminal($slave);
  useTerminal($slave);
  exec { $ARGV[0] } @ARGV or exit 127;
}
close $slave;
exit relay($child, $ended, $master, \*STDIN, \*STDOUT, $sizes);
`;
