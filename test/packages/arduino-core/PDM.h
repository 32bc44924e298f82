/* As much of the library PDM of ArduinoCore-mbed as examples/packages/streams uses. */
#ifndef PDM_H
#define PDM_H

#include <stdint.h>

class PDMClass {
public:
    int begin(int channels, int sampleRate);
    int available();
    int read(void *buffer, int size);
    void onReceive(void (*)(void));
    void setBufferSize(int bufferSize);
};

extern PDMClass PDM;

#endif
