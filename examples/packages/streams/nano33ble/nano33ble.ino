// The PDM microphone of an Arduino Nano 33 BLE Sense (nRF52840): the library fills a buffer of one hop, loop() pushes it, and every event is a
// line on the serial port. The library records at 16 kHz.
#include <PDM.h>
#include <word.h>

#if WORD_SAMPLE_RATE != 16000
#error "PDM.begin takes 16000: train with recordings of 16 kHz"
#endif

static int16_t buffers[2][WORD_HOP];
static volatile int full = -1;
static int filling;

static word_stream_t stream;
static word_stream_scratch_t scratch;

static void onBufferFull() {
  PDM.read(buffers[filling], sizeof buffers[0]);
  full = filling;
  filling = 1 - filling;
}

void setup() {
  Serial.begin(115200);
  word_stream_reset(&stream);
  PDM.onReceive(onBufferFull);
  PDM.setBufferSize(sizeof buffers[0]);
  PDM.begin(1, WORD_SAMPLE_RATE);
}

void loop() {
  const int which = full;
  if (which < 0) return;
  full = -1;
  word_result_t result;
  word_push(&stream, &scratch, buffers[which], WORD_HOP, &result);
  if (result.found >= 0) Serial.println(word_labels[result.found]);
}
