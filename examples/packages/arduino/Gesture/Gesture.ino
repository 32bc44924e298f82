// Names a gesture from 40 samples of the accelerometer, 50 a second.
#include <Arduino_LSM9DS1.h>
#include <gesture.h>

static const unsigned long PERIOD_MS = 20;
static const int STEPS = 40;

static gesture_state_t state;
static gesture_scratch_t scratch;
static int steps;
static unsigned long next;

void setup() {
  Serial.begin(115200);
  if (!IMU.begin()) {
    Serial.println("no accelerometer");
    for (;;) {
    }
  }
  gesture_reset(&state);
  next = millis();
}

void loop() {
  // The difference is signed, so it is right when millis() starts again from 0 after 49 days.
  if ((long)(millis() - next) < 0 || !IMU.accelerationAvailable()) return;
  next += PERIOD_MS;

  float g[3];
  int8_t x[GESTURE_INPUT_SIZE];
  IMU.readAcceleration(g[0], g[1], g[2]);
  for (int i = 0; i < GESTURE_INPUT_SIZE; i++) x[i] = GESTURE_QUANTIZE_INPUT(g[i]);
  gesture_advance(&state, &scratch, x);

  if (++steps < STEPS) return;
  int16_t y[GESTURE_OUTPUT_SIZE];
  gesture_output(&state, &scratch, y);
  Serial.println(gesture_labels[gesture_argmax(y)]);
  gesture_reset(&state);
  steps = 0;
}
