// From a microphone at an analog pin to the network: blocks of samples, features of a block, a step.
#include <Arduino.h>
#include <gesture.h>

static const int PIN = A0;
static const int PART = 64; // samples of which one feature is made
static const int MIDDLE = 512; // analogRead of silence
static const unsigned long SAMPLE_US = 125; // 8 kHz
static const int STEPS = 40;

static gesture_state_t state;
static gesture_scratch_t scratch;
static int steps;

// The mean loudness of a part, 0 to 1.
static float loudness() {
  long sum = 0;
  unsigned long next = micros();
  for (int i = 0; i < PART; i++) {
    while ((long)(micros() - next) < 0) {
    }
    next += SAMPLE_US;
    const int sample = analogRead(PIN) - MIDDLE;
    sum += sample < 0 ? -sample : sample;
  }
  return (float)sum / (PART * (float)MIDDLE);
}

void setup() {
  Serial.begin(115200);
  gesture_reset(&state);
}

void loop() {
  int8_t x[GESTURE_INPUT_SIZE];
  for (int i = 0; i < GESTURE_INPUT_SIZE; i++) x[i] = GESTURE_QUANTIZE_INPUT(loudness());
  gesture_advance(&state, &scratch, x);

  if (++steps < STEPS) return;
  int16_t y[GESTURE_OUTPUT_SIZE];
  gesture_output(&state, &scratch, y);
  Serial.println(gesture_labels[gesture_argmax(y)]);
  steps = 0;
}
