/* Runs a model on samples from the host and reports what came out and what it took.
 *
 * Reads in.bin: a request_t, then the input tensors of each sample, one after the other. Writes
 * out.bin: a calibration_t, then for each sample a sample_t and the output tensors; a fault_t when
 * the core took a fault. Every record begins with its kind.
 *
 * under_test.h is made for the model at hand and says where its tensors lie in `memory`. All bytes of
 * it outside the tensors are guards with a known content. Before each run arena and outputs, and
 * before each NAME_init the state, hold garbage: nothing may depend on what lies there. */
#include "board.h"
#include "under_test.h"

typedef HARNESS_MODEL(inputs_t) inputs_t;
typedef HARNESS_MODEL(outputs_t) outputs_t;

enum role { INPUT, OUTPUT, STATE, ARENA };
enum { CALIBRATION = 1, SAMPLE = 2, FAULT = 3 };
enum { UNDAMAGED = 0, GUARDS = 1, INPUTS = 2, STACK = 3 };
enum { EXIT_DONE = 0, EXIT_NO_FILES = 90, EXIT_SHORT_INPUT = 91, EXIT_FULL = 92, EXIT_FAULT = 99 };

typedef struct {
    uint32_t samples;
    uint32_t carry_state;
} request_t;

/* What one call took: differences of the clock, and the deepest that the stack reached. */
typedef struct {
    uint32_t low;
    uint32_t high;
    uint32_t stack;
} taken_t;

typedef struct {
    uint32_t kind;
    taken_t run;
    taken_t init;
} calibration_t;

typedef struct {
    uint32_t kind;
    int32_t status;
    uint32_t damage;
    uint32_t damaged_at;
    uint32_t has_init;
    taken_t run;
    taken_t init;
} sample_t;

typedef struct {
    uint32_t kind;
    uint32_t exception;
    uint32_t pc;
    uint32_t lr;
    uint32_t cause;
    uint32_t address;
    uint32_t stack_overflow;
} fault_t;

typedef struct {
    enum role role;
    uint32_t offset;
    uint32_t bytes;
} region_t;

/* In order of their offsets. */
static const region_t regions[] = {HARNESS_REGIONS};
enum { REGIONS = sizeof regions / sizeof regions[0] };

static uint8_t memory[HARNESS_MEMORY_BYTES] __attribute__((aligned(HARNESS_MEMORY_ALIGN)));
static inputs_t inputs;
static outputs_t outputs;
static int results = -1;

/* ---- calls */

#if HARNESS_HAS_STATE
typedef HARNESS_MODEL(state_t) state_t;
typedef int run_t(const inputs_t *, const outputs_t *, state_t *, void *);
typedef void init_t(state_t *);
#define CALL_RUN(function) function(&inputs, &outputs, HARNESS_AT_STATE, HARNESS_AT_ARENA)
#define CALL_INIT(function) function(HARNESS_AT_STATE)
#else
typedef int run_t(const inputs_t *, const outputs_t *, void *);
typedef void init_t(void);
#define CALL_RUN(function) function(&inputs, &outputs, HARNESS_AT_ARENA)
#define CALL_INIT(function) function()
#endif

/* One instruction, the return: what it takes beyond that is the cost of measuring. */
__attribute__((naked, noinline)) static void nothing(void) { __asm__ volatile("bx lr"); }

#define PAINT 0xC5A3E197u

static inline uint32_t *stack_pointer(void) {
    uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

/* Everything below the caller's frame. Inlined: a frame of its own would lie there. */
static inline __attribute__((always_inline)) void paint(uint32_t *end) {
    volatile uint32_t *at;

    for (at = stack_bottom; at < end; ++at) {
        *at = PAINT;
    }
}

static inline __attribute__((always_inline)) uint32_t painted_over(uint32_t *end) {
    volatile uint32_t *at = stack_bottom;

    while (at < end && *at == PAINT) {
        ++at;
    }
    return (uint32_t)((volatile uint32_t *)end - at) * sizeof *at;
}

/* The same code measures the function and `nothing`, so that the difference is the function. */
__attribute__((noinline)) static int measure_call(run_t *function, taken_t *taken) {
    uint32_t *sp = stack_pointer();
    uint32_t high = board_clock_high();
    uint32_t low;
    int status;

    paint(sp);
    low = BOARD_CLOCK_LOW;
    status = CALL_RUN(function);
    taken->low = BOARD_CLOCK_LOW - low;
    taken->stack = painted_over(sp);
    taken->high = board_clock_high() - high;
    return status;
}

__attribute__((noinline)) static void measure_start(init_t *function, taken_t *taken) {
    uint32_t *sp = stack_pointer();
    uint32_t high = board_clock_high();
    uint32_t low;

    paint(sp);
    low = BOARD_CLOCK_LOW;
    CALL_INIT(function);
    taken->low = BOARD_CLOCK_LOW - low;
    taken->stack = painted_over(sp);
    taken->high = board_clock_high() - high;
}

/* ---- guards */

static uint8_t guard(uint32_t at) { return (uint8_t)(at * 37u + 11u); }

static void set_guards(void) {
    uint32_t i;

    for (i = 0; i < HARNESS_MEMORY_BYTES; ++i) {
        memory[i] = guard(i);
    }
    for (i = 0; i < HARNESS_STACK_GUARD_BYTES; ++i) {
        ((uint8_t *)stack_guard)[i] = guard(i);
    }
}

/* The first offset from `at` on below `end` that is no guard any more, or `end`. */
static uint32_t broken_guard(const uint8_t *bytes, uint32_t at, uint32_t end) {
    while (at < end && bytes[at] == guard(at)) {
        ++at;
    }
    return at;
}

static int stack_overflowed(void) {
    const uint8_t *bytes = (const uint8_t *)stack_guard;
    return broken_guard(bytes, 0, HARNESS_STACK_GUARD_BYTES) != HARNESS_STACK_GUARD_BYTES;
}

static void garbage(enum role role, uint32_t seed) {
    uint32_t i, n;

    for (i = 0; i < REGIONS; ++i) {
        if (regions[i].role == role) {
            for (n = 0; n < regions[i].bytes; ++n) {
                memory[regions[i].offset + n] = (uint8_t)(0xA5u + 29u * n + 101u * seed);
            }
        }
    }
}

/* FNV-1a over all inputs. */
static uint32_t hash_of_inputs(void) {
    uint32_t i, n, hash = 2166136261u;

    for (i = 0; i < REGIONS; ++i) {
        for (n = 0; regions[i].role == INPUT && n < regions[i].bytes; ++n) {
            hash = (hash ^ memory[regions[i].offset + n]) * 16777619u;
        }
    }
    return hash;
}

static void look_for_damage(sample_t *sample, uint32_t hash) {
    uint32_t i, end, at = 0;

    for (i = 0; i <= REGIONS; ++i) {
        end = i < REGIONS ? regions[i].offset : HARNESS_MEMORY_BYTES;
        sample->damaged_at = broken_guard(memory, at, end);
        if (sample->damaged_at != end) {
            sample->damage = GUARDS;
            return;
        }
        at = i < REGIONS ? end + regions[i].bytes : end;
    }
    if (stack_overflowed()) {
        sample->damage = STACK;
    } else if (hash != hash_of_inputs()) {
        sample->damage = INPUTS;
    }
}

/* ---- samples */

static int transfer(int file, enum role role) {
    uint32_t i;

    for (i = 0; i < REGIONS; ++i) {
        uint8_t *at = memory + regions[i].offset;
        if (regions[i].role == role) {
            int done = role == INPUT ? board_read(file, at, regions[i].bytes)
                                     : board_write(file, at, regions[i].bytes);
            if (!done) {
                return 0;
            }
        }
    }
    return 1;
}

static void run_sample(sample_t *sample, uint32_t number, int fresh) {
    static const sample_t blank = {SAMPLE, 0, UNDAMAGED, 0, 0, {0, 0, 0}, {0, 0, 0}};
    uint32_t hash = hash_of_inputs();

    *sample = blank;
    garbage(ARENA, number);
    garbage(OUTPUT, number);
#if HARNESS_HAS_STATE
    if (fresh) {
        garbage(STATE, number);
        measure_start(HARNESS_MODEL(init), &sample->init);
        sample->has_init = 1;
    }
#else
    (void)fresh;
#endif
    sample->status = measure_call(HARNESS_MODEL(run), &sample->run);
    look_for_damage(sample, hash);
}

static int calibrate(void) {
    calibration_t calibration = {CALIBRATION, {0, 0, 0}, {0, 0, 0}};

    measure_call((run_t *)(uintptr_t)nothing, &calibration.run);
    measure_start((init_t *)(uintptr_t)nothing, &calibration.init);
    return board_write(results, &calibration, sizeof calibration);
}

int main(void) {
    int requests = board_open("in.bin", 0);
    request_t request;
    sample_t sample;
    uint32_t i;

    results = board_open("out.bin", 1);
    if (requests == -1 || results == -1) {
        return EXIT_NO_FILES;
    }
    if (!board_read(requests, &request, sizeof request)) {
        return EXIT_SHORT_INPUT;
    }
    board_clock_start();
    HARNESS_BIND
    set_guards();
    if (!calibrate()) {
        return EXIT_FULL;
    }
    for (i = 0; i < request.samples; ++i) {
        if (!transfer(requests, INPUT)) {
            return EXIT_SHORT_INPUT;
        }
        HARNESS_TAKE_SIZES
        run_sample(&sample, i, i == 0 || !request.carry_state);
        if (!board_write(results, &sample, sizeof sample) || !transfer(results, OUTPUT)) {
            return EXIT_FULL;
        }
    }
    return EXIT_DONE;
}

void board_fault(uint32_t exception, uint32_t pc, uint32_t lr, uint32_t cause, uint32_t address) {
    fault_t fault = {FAULT, exception, pc, lr, cause, address, 0};

    fault.stack_overflow = (uint32_t)stack_overflowed();
    if (results != -1) {
        board_write(results, &fault, sizeof fault);
    }
    board_exit(EXIT_FAULT);
}
