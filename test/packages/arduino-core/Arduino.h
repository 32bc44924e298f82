/* As much of the Arduino core as the generated sketch uses, to compile it without one. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>

struct SerialPort {
    void begin(unsigned long baud);
    explicit operator bool() const;
    void print(const char *text);
    void print(long value);
    void println(long value);
    void println(unsigned long value);
    void println(int value);
};

extern SerialPort Serial;
unsigned long micros();
void delay(unsigned long milliseconds);

#endif
