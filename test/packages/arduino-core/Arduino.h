/* As much of the Arduino core as the generated sketch and examples/packages use, to compile it without one. */
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
    void println(const char *text);
};

extern SerialPort Serial;
#define A0 14

unsigned long micros();
unsigned long millis();
int analogRead(int pin);
void delay(unsigned long milliseconds);

#endif
