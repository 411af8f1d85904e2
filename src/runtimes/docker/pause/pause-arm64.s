// The same as pause-amd64.s for linux/arm64.
	.set base, 0x400000
file:
	.byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0		// 64 bit, little endian
	.quad 0
	.short 2, 183					// executable, AArch64
	.long 1
	.quad base + (start - file)			// entry
	.quad header - file				// program headers
	.quad 0
	.long 0
	.short 64, 56, 1, 0, 0, 0
header:
	.long 1, 5					// PT_LOAD, readable and executable
	.quad 0, base, base
	.quad end - file, end - file
	.quad 0x10000
start:
	mov	x8, #134				// rt_sigaction(SIGCHLD, {SIG_IGN}, NULL, 8)
	mov	x0, #17
	adr	x1, ignore
	mov	x2, #0
	mov	x3, #8
	svc	#0
	mov	x8, #135				// rt_sigprocmask(SIG_BLOCK, ending, NULL, 8)
	mov	x0, #0
	adr	x1, ending
	svc	#0
wait:
	mov	x8, #137				// rt_sigtimedwait(ending, NULL, NULL, 8)
	adr	x0, ending
	mov	x1, #0
	svc	#0
	tbnz	w0, #31, wait
	mov	x8, #94					// exit_group(0)
	mov	x0, #0
	svc	#0
	.balign 8
ignore:
	.quad 1, 0, 0, 0
ending:
	.quad 1 << 14 | 1 << 1				// SIGTERM, SIGINT
end:
