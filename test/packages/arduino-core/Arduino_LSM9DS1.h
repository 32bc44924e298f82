/* As much of the library Arduino_LSM9DS1 as examples/packages uses, to compile it without one. */
#ifndef ARDUINO_LSM9DS1_H
#define ARDUINO_LSM9DS1_H

class LSM9DS1Class {
public:
    int begin();
    int accelerationAvailable();
    int readAcceleration(float &x, float &y, float &z);
};

extern LSM9DS1Class IMU;

#endif
