/* Start-up code for Cortex-M boards in QEMU: vectors, memory, coprocessors, faults, semihosting. */
#include "board.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];

void Reset_Handler(void);
void Fault_Handler(void);
void fault_report(const uint32_t *frame, uint32_t exception) __attribute__((noreturn));
void start(void);

#define SCB_CCR (*(volatile uint32_t *)0xE000ED14u)
#define SCB_CFSR (*(volatile uint32_t *)0xE000ED28u)
#define SCB_MMFAR (*(volatile uint32_t *)0xE000ED34u)
#define SCB_BFAR (*(volatile uint32_t *)0xE000ED38u)
#define SCB_CPACR (*(volatile uint32_t *)0xE000ED88u)
#define CCR_UNALIGN_TRP (1u << 3)
#define CCR_LOB (1u << 19)
#define CPACR_CP10_CP11 (0xFu << 20)
#define CFSR_MMARVALID (1u << 7)
#define CFSR_BFARVALID (1u << 15)

/* Exceptions 2 to 15; interrupts stay off. */
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handlers[15])(void);
} vectors = {stack_top,
             {Reset_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
              Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
              Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler}};

__attribute__((naked, noreturn)) void Reset_Handler(void) {
    /* Not every loader sets the stack pointer from the vectors. */
    __asm__ volatile("ldr r0, =stack_top\n"
                     "mov sp, r0\n"
                     "bl start\n");
}

__attribute__((used)) void start(void) {
    const uint32_t *from = data_load;
    uint32_t *to;

#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    SCB_CPACR |= CPACR_CP10_CP11;
#endif
#if defined(__ARM_FEATURE_MVE)
    SCB_CCR |= CCR_LOB;
#endif
#if defined(BOARD_TRAP_UNALIGNED)
    /* The board's core could, the one that the code is for cannot. */
    SCB_CCR |= CCR_UNALIGN_TRP;
#endif
    __asm__ volatile("dsb\n"
                     "isb" ::
                         : "memory");
    for (to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    board_exit(main());
}

/* The frame that the core stacked, and the exception's number. The handler continues on a fresh
 * stack: the old one may be what the fault is about. */
__attribute__((naked)) void Fault_Handler(void) {
    __asm__ volatile("mov r0, sp\n"
                     "mrs r1, ipsr\n"
                     "ldr r2, =stack_top\n"
                     "mov sp, r2\n"
                     "bl fault_report\n");
}

__attribute__((used)) void fault_report(const uint32_t *frame, uint32_t exception) {
    uint32_t pc = 0, lr = 0, cause = 0, address = 0;

#if __ARM_ARCH_ISA_THUMB >= 2
    cause = SCB_CFSR;
    if (cause & CFSR_BFARVALID) {
        address = SCB_BFAR;
    } else if (cause & CFSR_MMARVALID) {
        address = SCB_MMFAR;
    }
#endif
    /* When the stack has left its memory, nothing was stacked. */
    if (frame >= stack_guard && frame + 8 <= stack_top) {
        lr = frame[5];
        pc = frame[6];
    }
    board_fault(exception, pc, lr, cause, address);
}

/* ---- clock */

#if defined(BOARD_CLOCK_SSE)

#define COUNTER(offset) (*(volatile uint32_t *)(BOARD_CLOCK_SSE + (offset)))

void board_clock_start(void) { COUNTER(0x00u) = 1; }

uint32_t board_clock_high(void) {
    uint32_t high, low;

    do {
        high = COUNTER(0x0Cu);
        low = COUNTER(0x08u);
    } while (high != COUNTER(0x0Cu));
    return high << 24 | low >> 8;
}

#elif defined(BOARD_CLOCK_NRF51)

#define TIMER(offset) (*(volatile uint32_t *)(BOARD_CLOCK_NRF51 + (offset)))
#define TIMER_BITMODE 0x508u
#define TIMER_PRESCALER 0x510u
#define TIMER_START 0x000u
#define BITMODE_32 3u

void board_clock_start(void) {
    TIMER(TIMER_BITMODE) = BITMODE_32;
    TIMER(TIMER_PRESCALER) = 0;
    TIMER(TIMER_START) = 1;
}

/* Only right as long as nothing wraps: two thousand million instructions. */
uint32_t board_clock_high(void) { return BOARD_CLOCK_LOW >> 8; }

#else

#define TIMER(number, offset) \
    (*(volatile uint32_t *)(BOARD_CLOCK_CMSDK + 0x20u * (number) + (offset)))
#define TIMER_LOAD 0x00u
#define TIMER_VALUE 0x04u
#define TIMER_CONTROL 0x08u
#define CONTROL_ENABLE (1u << 7)
#define CONTROL_DIVIDE_256 (2u << 2)
#define CONTROL_32_BIT (1u << 1)

/* Not periodic: the timers go on with 2^32 - 1 after 0. */
void board_clock_start(void) {
    TIMER(0, TIMER_LOAD) = 0xFFFFFFFFu;
    TIMER(1, TIMER_LOAD) = 0xFFFFFFFFu;
    TIMER(0, TIMER_CONTROL) = CONTROL_ENABLE | CONTROL_32_BIT;
    TIMER(1, TIMER_CONTROL) = CONTROL_ENABLE | CONTROL_32_BIT | CONTROL_DIVIDE_256;
}

uint32_t board_clock_high(void) { return 0u - TIMER(1, TIMER_VALUE); }

#endif

/* ---- semihosting */

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
enum { MODE_READ_BINARY = 1, MODE_WRITE_BINARY = 5 };
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static uint32_t host_call(uint32_t operation, const uint32_t *arguments) {
    register uint32_t r0 __asm__("r0") = operation;
    register const uint32_t *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int board_open(const char *name, int writing) {
    uint32_t length = 0;
    uint32_t arguments[3];

    while (name[length]) {
        ++length;
    }
    arguments[0] = (uint32_t)name;
    arguments[1] = writing ? MODE_WRITE_BINARY : MODE_READ_BINARY;
    arguments[2] = length;
    return (int)host_call(SYS_OPEN, arguments);
}

/* Both calls return how many bytes are left over. */
int board_read(int file, void *to, uint32_t bytes) {
    uint32_t arguments[3] = {(uint32_t)file, (uint32_t)to, bytes};
    return bytes == 0 || host_call(SYS_READ, arguments) == 0;
}

int board_write(int file, const void *from, uint32_t bytes) {
    uint32_t arguments[3] = {(uint32_t)file, (uint32_t)from, bytes};
    return bytes == 0 || host_call(SYS_WRITE, arguments) == 0;
}

void board_exit(int status) {
    uint32_t arguments[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};
    for (;;) {
        host_call(SYS_EXIT_EXTENDED, arguments);
    }
}
