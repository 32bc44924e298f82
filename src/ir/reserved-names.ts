const words = (text: string): string[] => text.trim().split(/\s+/);

/**
 * Names that no model may have, in small letters: include/<name>.h would hide a header from the compiler, <name>.c a
 * file of the firmware, or a compiler, CMake, a board's libraries or Windows would not take the name.
 * test/unit/compiler/names.test.ts compares the lists with every #include and every file of C that rnnq brings along.
 */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  // headers of C up to C23
  ...words(`assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
    stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar
    wctype`),
  // of POSIX, newlib, glibc and the compilers, which include each other
  ...words(`aio alloca ar argp argz byteswap cpio devctl dirent dlfcn elf endian envlock envz err error execinfo
    fastmath fcntl features fmtmsg fnmatch ftw gcov getopt glob grp iconv ieeefp langinfo libgen malloc memory mqueue
    ndbm netdb newlib obstack paths poll pthread pwd reent regdef regex sched search semaphore spawn stdfix stdio_ext
    strings syscall sysexits syslog syslimits tar termios ucontext ulimit unctrl unistd unwind utime utmp utmpx values
    varargs wait wordexp xlocale`),
  // of Arm's compilers and of CMSIS
  ...words(`arm_acle arm_bf16 arm_cde arm_cmse arm_fp16 arm_mve arm_mve_types arm_neon arm_sve arm_vector_types
    arm_math cmsis_armcc cmsis_armclang cmsis_clang cmsis_compiler cmsis_gcc cmsis_version core_cm0 core_cm0plus
    core_cm3 core_cm33 core_cm4 core_cm55 core_cm7 mve_pred16 mve_pred16_t`),
  // keywords of C and C++
  ...words(`alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class
    co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default
    delete do double dynamic_cast else enum explicit export extern false for friend goto if inline int long mutable
    namespace noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires
    restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t
    while xor xor_eq`),
  // files of rnnq's own firmware
  ...words(`board chip count_blocks cycles cycles_none imxrt1062 imxrt1062_boot io_host io_semihosting io_uart linker
    lm3s6965 main marks marks_counter nrf5 pl011 replay rp2 rp2040_boot2 rp2350_image startup stm32_usart2 stm32f1
    stm32f4 stm32g0 stm32h7 stm32l4`),
  // Arduino's core and libraries, Zephyr, Mbed
  ...words(`app arduino autoconf client device devicetree drivers eeprom ethernet kernel keyboard mbed mouse
    pins_arduino print printable sd serial server servo soc spi stepper stream udp version wifi wire wiring wprogram
    wstring zephyr`),
  // targets that CMake and make have already
  ...words(`all all_build clean edit_cache help install list_install_components package package_source preinstall
    rebuild_cache run_tests test zero_check`),
  // devices of Windows, which are no file names
  ...words(`aux clock con config conin conout lst nul prn`),
  ...[...'0123456789'].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
]);
