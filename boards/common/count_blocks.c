/* A QEMU plugin (TCG plugin API, versions 1 to 3) that counts how often each translated block runs between the two marks of
 * a program, and how often it is left by a taken branch. Built on the user's computer by src/build/cycles; QEMU exports the
 * functions it needs, whose declarations are restated here because Debian ships no header for them.
 * Arguments: begin=<hex>, end=<hex> (addresses of the marks), out=<file>, and version=<n> when it is built: -DVERSION=n.
 * Output: "R <instructions>" ends a region; before it "B <address> <instructions> <runs> <taken>" for each block.
 * With trace=<file>, low=<hex>, high=<hex> it writes besides, as pairs of 32-bit words in the order of execution: address
 * and instructions of every block, address and 0 of every load from low to high (exclusive), and two words of ones where
 * a region ends. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t id_type;

EXPORTED int qemu_plugin_version = VERSION;

void qemu_plugin_register_vcpu_tb_trans_cb(id_type id, void (*callback)(id_type, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*callback)(unsigned int, void *), int flags,
                                          void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      void (*callback)(unsigned int, uint32_t, uint64_t, void *), int flags, int kinds,
                                      void *data);

struct block {
    uint32_t address;
    uint32_t end;
    uint32_t instructions;
    uint64_t runs;
    uint64_t taken;
    struct block *next;
};

static struct block *blocks;
static struct block *before; /* the block that ran last inside a region */
static uint32_t begin_mark;
static uint32_t end_mark;
static bool inside;
static FILE *out;
static FILE *trace;
static uint32_t low;
static uint32_t high;

static void note(uint32_t address, uint32_t instructions)
{
    const uint32_t event[2] = {address, instructions};

    if (trace != NULL) {
        (void)fwrite(event, sizeof event, 1, trace);
    }
}

static void load(unsigned int cpu, uint32_t info, uint64_t address, void *data)
{
    (void)cpu;
    (void)info;
    (void)data;
    if (inside && address >= low && address < high) {
        note((uint32_t)address, 0);
    }
}

static void finish_region(void)
{
    uint64_t total = 0;

    for (struct block *b = blocks; b != NULL; b = b->next) {
        if (b->runs != 0) {
            fprintf(out, "B %x %u %llu %llu\n", (unsigned)b->address, (unsigned)b->instructions,
                    (unsigned long long)b->runs, (unsigned long long)b->taken);
            total += b->runs * b->instructions;
            b->runs = 0;
            b->taken = 0;
        }
    }
    fprintf(out, "R %llu\n", (unsigned long long)total);
    fflush(out);
    note(UINT32_MAX, UINT32_MAX);
}

static void run_block(unsigned int cpu, void *data)
{
    struct block *const b = data;

    (void)cpu;
    if (!inside) {
        inside = b->address == begin_mark;
        before = NULL;
        return;
    }
    if (before != NULL && before->end != b->address) {
        before->taken++;
    }
    if (b->address == end_mark) {
        inside = false;
        finish_region();
        return;
    }
    b->runs++;
    note(b->address, b->instructions);
    before = b;
}

static void translate_block(id_type id, struct qemu_plugin_tb *tb)
{
    const size_t count = qemu_plugin_tb_n_insns(tb);
    const struct qemu_plugin_insn *const last = qemu_plugin_tb_get_insn(tb, count - 1);
    struct block *const b = calloc(1, sizeof *b);

    (void)id;
    b->address = (uint32_t)qemu_plugin_tb_vaddr(tb);
    b->instructions = (uint32_t)count;
    b->end = (uint32_t)(qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last));
    b->next = blocks;
    blocks = b;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block, 0, b);
    for (size_t i = 0; trace != NULL && i < count; i++) {
        /* 3: loads and stores, as versions of QEMU disagree which is which; nothing stores to flash */
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), load, 0, 3, NULL);
    }
}

EXPORTED int qemu_plugin_install(id_type id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "begin=", 6) == 0) {
            begin_mark = (uint32_t)strtoul(&argv[i][6], NULL, 16);
        } else if (strncmp(argv[i], "end=", 4) == 0) {
            end_mark = (uint32_t)strtoul(&argv[i][4], NULL, 16);
        } else if (strncmp(argv[i], "out=", 4) == 0) {
            out = fopen(&argv[i][4], "w");
        } else if (strncmp(argv[i], "trace=", 6) == 0) {
            trace = fopen(&argv[i][6], "wb");
        } else if (strncmp(argv[i], "low=", 4) == 0) {
            low = (uint32_t)strtoul(&argv[i][4], NULL, 16);
        } else if (strncmp(argv[i], "high=", 5) == 0) {
            high = (uint32_t)strtoul(&argv[i][5], NULL, 16);
        }
    }
    if (out == NULL) {
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate_block);
    return 0;
}
