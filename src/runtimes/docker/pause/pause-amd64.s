# The first process of a sandbox on linux/amd64: a whole ELF file of its own, see assemble.sh.
# It has the kernel reap what is left to it (SIGCHLD ignored), waits for SIGTERM or SIGINT, and exits with 0.
# The signals are blocked and waited for, not handled: that also works for a PID 1, which the kernel spares unhandled signals.
	.intel_syntax noprefix
	.set base, 0x400000
file:
	.byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0		# 64 bit, little endian
	.quad 0
	.short 2, 62					# executable, x86-64
	.long 1
	.quad base + (start - file)			# entry
	.quad header - file				# program headers
	.quad 0
	.long 0
	.short 64, 56, 1, 0, 0, 0
header:
	.long 1, 5					# PT_LOAD, readable and executable
	.quad 0, base, base
	.quad end - file, end - file
	.quad 0x1000
start:
	mov	eax, 13					# rt_sigaction(SIGCHLD, {SIG_IGN}, NULL, 8)
	mov	edi, 17
	lea	rsi, [rip + ignore]
	xor	edx, edx
	mov	r10d, 8
	syscall
	mov	eax, 14					# rt_sigprocmask(SIG_BLOCK, ending, NULL, 8)
	xor	edi, edi
	lea	rsi, [rip + ending]
	syscall
wait:
	mov	eax, 128				# rt_sigtimedwait(ending, NULL, NULL, 8)
	lea	rdi, [rip + ending]
	xor	esi, esi
	syscall
	test	eax, eax
	js	wait
	mov	eax, 231				# exit_group(0)
	xor	edi, edi
	syscall
	.balign 8
ignore:
	.quad 1, 0, 0, 0
ending:
	.quad 1 << 14 | 1 << 1				# SIGTERM, SIGINT
end:
