/* What the harness needs of a board: a clock, the host's files, and a way out. */
#ifndef MILLRACE_BOARD_H
#define MILLRACE_BOARD_H

#include <stdint.h>

/* The board's clock: BOARD_CLOCK_LOW counts ticks and wraps at 2^32; board_clock_high() counts the
 * same time in units of 256 ticks, whose own phase is unknown, and tells how often the other one
 * wrapped. A load, and not a function, stands on either side of what is measured. */
#if defined(BOARD_CLOCK_SSE) /* the system counter of an SSE-300: 64 bits, counts up */
#define BOARD_CLOCK_LOW (*(const volatile uint32_t *)(BOARD_CLOCK_SSE + 0x08u))
#elif defined(BOARD_CLOCK_NRF51) /* a timer that tells what it has captured; no second one */
#define BOARD_CLOCK_NRF51_CAPTURE (*(volatile uint32_t *)(BOARD_CLOCK_NRF51 + 0x040u))
#define BOARD_CLOCK_NRF51_CAPTURED (*(const volatile uint32_t *)(BOARD_CLOCK_NRF51 + 0x540u))
#define BOARD_CLOCK_LOW (BOARD_CLOCK_NRF51_CAPTURE = 1u, BOARD_CLOCK_NRF51_CAPTURED)
#else /* a CMSDK dual timer: 32 bits each, count down */
#define BOARD_CLOCK_LOW (0u - *(const volatile uint32_t *)(BOARD_CLOCK_CMSDK + 0x04u))
#endif
void board_clock_start(void);
uint32_t board_clock_high(void);

/* Files of the host; names are looked up in QEMU's working directory. */
int board_open(const char *name, int writing);
int board_read(int file, void *to, uint32_t bytes);          /* true when all bytes came */
int board_write(int file, const void *from, uint32_t bytes); /* true when all bytes went */
void board_exit(int status) __attribute__((noreturn));

/* From the linker script: the stack grows down from stack_top to stack_bottom, below which lie
 * guard bytes. */
extern uint32_t stack_guard[], stack_bottom[], stack_top[];

/* To be provided: the program, and what happens when the core takes a fault. */
int main(void);
void board_fault(uint32_t exception, uint32_t pc, uint32_t lr, uint32_t cause, uint32_t address)
    __attribute__((noreturn));

#endif
