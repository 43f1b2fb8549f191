/* The least that a Cortex-M4F needs before main: vectors, memory, the floating-point unit. A real
 * project has this from its vendor. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

int main(void);
void initialise_monitor_handles(void); /* newlib: printf through the debugger, here through QEMU */
void Reset_Handler(void);
void Fault_Handler(void);

#define CPACR (*(volatile uint32_t *)0xE000ED88u)

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handlers[15])(void);
} vectors = {stack_top,
             {Reset_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
              Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
              Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler}};

void Reset_Handler(void) {
    const uint32_t *from = data_load;
    uint32_t *to;

    CPACR |= 0xFu << 20; /* full access to the floating-point unit */
    __asm__ volatile("dsb\n"
                     "isb" ::
                         : "memory");
    for (to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    initialise_monitor_handles();
    exit(main());
}

void Fault_Handler(void) {
    for (;;) {
    }
}
