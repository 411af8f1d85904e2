import { capabilityNumber } from './capabilities.ts';
import type { Launcher } from './launcher.ts';
import type { Abilities } from './machine.ts';
import type { Privileges, Target } from './privileges.ts';
import { perlTerminal, terminalOptions } from './terminal.ts';

/** See `Launcher`: the fast one. Undefined for a processor whose system calls it does not know. */
export function perlLauncher({ ids }: Pick<Abilities, 'ids'>, arch: string = process.arch): Launcher | undefined {
  const numbers = systemCalls[arch];
  if (numbers === undefined) return undefined;
  const table = Object.entries(numbers).map(([name, number]) => `${name} => ${number}`);
  return {
    files: {
      'sandbox.pl': script.replace('SYSTEM_CALLS', table.join(', ')).replace('TERMINAL_OPTIONS', terminalOptions.join(' ')) + perlTerminal,
    },
    command: 'perl ./sandbox.pl',
    enter: (privileges) => enterFile(privileges, ids),
    runInside: runMessage,
    // It always enters.
    runOutside: () => '',
  };
}

type Call =
  'mount' | 'unshare' | 'setns' | 'setsid' | 'prctl' | 'capget' | 'capset' | 'setgroups' | 'setresuid' | 'setresgid' | 'sethostname';

/** Source: the kernel's tables of system calls; all but x64 are the generic one. */
const generic: Readonly<Record<Call, number>> = {
  ...{ mount: 40, unshare: 97, setns: 268, setsid: 157, prctl: 167, capget: 90, capset: 91 },
  ...{ setgroups: 159, setresuid: 147, setresgid: 149, sethostname: 161 },
};
const systemCalls: Readonly<Record<string, Readonly<Record<Call, number>>>> = {
  x64: {
    ...{ mount: 165, unshare: 272, setns: 308, setsid: 112, prctl: 157, capget: 125, capset: 126 },
    ...{ setgroups: 116, setresuid: 117, setresgid: 119, sethostname: 170 },
  },
  arm64: generic,
  riscv64: generic,
  loong64: generic,
};

/** `uid gid groups capabilities noNewPrivs ids`: lists with commas, `-` for an empty one and `*` for all there are. */
function enterFile({ user, capabilities, allowEscalation }: Privileges, ids: Abilities['ids']): string {
  const list = (values: readonly number[]): string => values.join(',') || '-';
  const kept = capabilities === undefined ? '*' : list(capabilities.map(capabilityNumber));
  return `${user.uid} ${user.gid} ${list(user.groups)} ${kept} ${allowEscalation ? 0 : 1} ${ids}\n`;
}

/** A line with the length of what follows: whether it has input, working directory, number of variables, variables, words, each ended by NUL. */
function runMessage({ stdin, workingDir, environment, command }: Target): Buffer {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const fields = [stdin ? '1' : '0', workingDir, String(variables.length), ...variables, ...command];
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''));
  return Buffer.concat([Buffer.from(`run ${body.length}\n`), body]);
}

/** Behaves as the scripts of the shell launcher do, which say more about each part. */
const script = String.raw`
use strict;
my %number = (SYSTEM_CALLS);
my %flag = (ro => 1, nosuid => 2, nodev => 4, noexec => 8, noatime => 1024, nodiratime => 2048, relatime => 1 << 21, bind => 4096, rbind => 4096 | 16384);
my ($bind, $recursive, $remount, $private) = (4096, 16384, 32, 1 << 18);
# Without the module that knows their names: these are the same everywhere.
my ($absent, $interrupted, $invalid) = (2, 4, 22);
my ($newMounts, $newPids, $newUsers) = (0x20000, 0x20000000, 0x10000000);
my $isShared = $ARGV[0] eq 'share';
open(my $report, '>&', \*STDOUT) or die;

sub call { my $name = shift; my $result = syscall($number{$name}, @_); $result < 0 ? undef : 1 }
sub report { syswrite $report, "@_\n" }
sub content { open my $file, '<', $_[0] or die "$_[0]: $!\n"; local $/; <$file> }
sub pidOutside { (split ' ', content('/proc/self/stat'))[0] }

my ($input, $terminal) = ('');
sub readMore {
  for (;;) {
    my $count = sysread STDIN, $input, 65536, length $input;
    return $count if defined $count;
    die "read: $!\n" unless $! == $interrupted;
  }
}
sub readLine {
  my $end;
  while (($end = index $input, "\n") < 0) { readMore() or return undef }
  my $line = substr $input, 0, $end + 1, '';
  chomp $line;
  $line;
}

# The sandbox: PID 1 of the Pod, which reaps everything that ends in it.
chomp(my $name = content('hostname'));
call('sethostname', $name, length $name);
report('sandbox', pidOutside());
$SIG{CHLD} = sub { local ($!, $?); 1 while waitpid(-1, 1) > 0 };
while (defined(my $line = readLine())) {
  my ($command, $slot, $streams, $target) = split ' ', $line;
  last if $command eq 'stop';
  launch($slot, $streams eq 'terminal', $target) if $command eq 'launch';
}
exit 0;

sub launch {
  my ($slot, $hasTerminal, $target) = @_;
  my $child = fork;
  print STDERR "unshare: fork: $!\n" unless defined $child;
  return if $child or !defined $child;
  $SIG{CHLD} = 'DEFAULT';
  my $launcher = pidOutside();
  my ($none, $root) = ('none', '/');
  unless (joinPids($target) and call('unshare', $newMounts | ($isShared || $target ? 0 : $newPids)) and call('mount', $none, $root, 0, $private | $recursive, 0)) {
    print STDERR "unshare: $!\n";
    exit 1;
  }
  my ($master, $terminal) = eval { $hasTerminal ? makeTerminal() : () };
  if ($@) { print STDERR "unshare: $@"; exit 1 }
  my $ended = $hasTerminal ? watchChild() : undef;
  my $process = fork;
  unless (defined $process) { print STDERR "unshare: fork: $!\n"; exit 1 }
  unless ($process) {
    $SIG{CHLD} = 'DEFAULT';
    eval { prepare($slot, $launcher, $terminal); 1 } or print STDERR $@;
    exit 126;
  }
  if ($hasTerminal) {
    close $terminal;
    report('exit', $slot, relaySlot($slot, $process, $ended, $master));
  } else {
    waitpid $process, 0;
    report('exit', $slot, $? & 127 ? 128 + ($? & 127) : $? >> 8);
  }
  exit 0;
}

# In a file system of its own, which the container has as its /dev/pts.
sub makeTerminal {
  my ($source, $target, $type, $options) = ('devpts', '/dev/pts', 'devpts', join ',', grep !$flag{$_}, qw(TERMINAL_OPTIONS));
  call('mount', $source, $target, $type, $flag{nosuid} | $flag{noexec}, $options) or die "mount: $target: $!\n";
  openTerminal('/dev/pts/ptmx', '/dev/pts');
}

# The files are closed when the exit is told, for the next in this slot.
sub relaySlot {
  my ($slot, $process, $ended, $master) = @_;
  open my $input, '<', "$slot.in" or die "$slot.in: $!\n";
  open my $sizes, '<', "$slot.size" or die "$slot.size: $!\n";
  open my $output, '>', "$slot.out" or die "$slot.out: $!\n";
  relay($process, $ended, $master, $input, $output, $sizes);
}

# An ephemeral container sees the processes of its target.
sub joinPids {
  my ($target) = @_;
  return 1 unless $target;
  open my $namespace, '<', "/proc/$target/ns/pid" or return 0;
  call('setns', fileno $namespace, $newPids);
}

# PID 1 of a container.
sub prepare {
  (my ($slot, $launcher), $terminal) = @_;
  my $pid = pidOutside();
  $input = '';
  open STDIN, '<', "$slot.go" or die "$slot.go: $!\n";
  open STDOUT, '>', "$slot.out" or die "$slot.out: $!\n";
  open STDERR, '>', "$slot.err" or die "$slot.err: $!\n";
  umask 0;
  report('ready', $slot, attempt($slot, sub { mountAll("$slot.fstab") }), $pid, $launcher);
  umask 022;
  while (defined(my $line = readLine())) {
    my ($command, $length) = split ' ', $line;
    report('mounted', $slot, attempt($slot, sub { mountAll("$slot.volumes") })) if $command eq 'mount';
    report('mounted', $slot, attempt($slot, sub { makeReadOnly("$slot.readonly") })) if $command eq 'readonly';
    enter("$slot.enter") if $command eq 'enter';
    become($slot, $length) if $command eq 'run';
  }
}

sub attempt {
  my ($slot, $work) = @_;
  return 0 if eval { $work->(); 1 };
  open my $file, '>', "$slot.errors" or return 1;
  print $file $@;
  1;
}

sub mountAll {
  for (split /\n/, content($_[0])) {
    my ($source, $target, $type, $options) = map { s/\\([0-7]{3})/chr oct $1/ger } split ' ';
    my ($flags, $isBind, @data) = (0, 0);
    for (split /,/, $options) {
      if (/^X-mount\.mkdir(?:=(.*))?$/) { -d $target or mkdir $target, oct($1 // '0755') or die "mount: $target: $!\n" }
      elsif (/^r?bind$/) { $isBind = $flag{$_} }
      elsif (exists $flag{$_}) { $flags |= $flag{$_} }
      elsif ($_ ne 'defaults') { push @data, $_ }
    }
    my $data = join ',', @data;
    if ($isBind) {
      call('mount', $source, $target, 0, $isBind, 0) or die "mount: $target: $!\n";
      !$flags or call('mount', $source, $target, 0, $remount | $bind | $flags, 0) or die "mount: $target: $!\n";
    } else {
      call('mount', $source, $target, $type, $flags, $data) or die "mount: $target: $!\n";
    }
  }
}

sub makeReadOnly {
  my $none = 'none';
  for my $target (split /\n/, content($_[0])) {
    call('mount', $none, $target, 0, $remount | $bind | $flag{ro} | $flag{nodev}, 0) or die "mount: $target: $!\n";
  }
}

sub enter {
  my ($uid, $gid, $groups, $capabilities, $noNewPrivs, $ids) = split ' ', content($_[0]);
  call('setsid');
  if ($terminal) {
    takeTerminal($terminal);
    chown $uid, -1, $terminal or die "terminal: $!\n" if $ids ne 'user';
  }
  chroot '/..' and chdir '/' or die "chroot: $!\n";
  if ($capabilities ne '*') {
    my %kept = map { $_ => 1 } split /,/, $capabilities;
    for my $number (0 .. 63) {
      next if $kept{$number};
      # The first that does not exist: there are no more.
      call('prctl', 24, $number, 0, 0, 0) or $! == $invalid ? last : die "capabilities: $!\n";
    }
  }
  my ($header, $data) = (pack('Ll', 0x20080522, 0), pack('L6', (0) x 6));
  call('capget', $header, $data) or die "capabilities: $!\n";
  my ($effective, $permitted, $inheritable, $effectiveHigh, $permittedHigh) = unpack 'L6', $data;
  $data = pack('L6', $effective, $permitted, 0, $effectiveHigh, $permittedHigh, 0);
  call('capset', $header, $data) or die "capabilities: $!\n";
  # Kernels before 4.3 have no ambient ones.
  call('prctl', 47, 4, 0, 0, 0);
  if ($ids ne 'user') {
    my @groups = $groups eq '-' ? () : split /,/, $groups;
    my $list = pack 'L*', @groups;
    call('setgroups', scalar @groups, $list) or die "setgroups: $!\n";
    call('setresgid', $gid + 0, $gid + 0, $gid + 0) or die "setgid: $!\n";
    call('setresuid', $uid + 0, $uid + 0, $uid + 0) or die "setuid: $!\n";
  } elsif ($uid != 0) {
    call('unshare', $newUsers) or die "user namespace: $!\n";
    put('/proc/self/setgroups', 'deny');
    put('/proc/self/gid_map', "$gid 0 1");
    put('/proc/self/uid_map', "$uid 0 1");
  }
  !$noNewPrivs or call('prctl', 38, 1, 0, 0, 0) or die "no new privileges: $!\n";
}

sub put {
  my ($path, $text) = @_;
  open my $file, '>', $path or die "$path: $!\n";
  defined syswrite $file, $text or die "$path: $!\n";
}

sub become {
  my ($slot, $length) = @_;
  while (length $input < $length) { readMore() or return }
  my ($hasInput, $folder, $count, @fields) = split /\0/, $input, -1;
  pop @fields;
  my @variables = splice @fields, 0, $count;
  chdir $folder or die "$folder: $!\n";
  $hasInput or $terminal or open STDIN, '<', '/dev/null' or die "/dev/null: $!\n";
  report('started', $slot);
  useTerminal($terminal) if $terminal;
  %ENV = map { split /=/, $_, 2 } @variables;
  exec { $fields[0] } @fields;
  print STDERR "exec $fields[0]: $!\n";
  exit($! == $absent ? 127 : 126);
}
`;
