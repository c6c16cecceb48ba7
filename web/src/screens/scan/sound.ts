// Short tones: hands and eyes are on the goods.
let context: AudioContext | undefined;

function tone(hertz: number, seconds: number) {
  try {
    context ??= new AudioContext();
    const now = context.currentTime;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0.15, now);
    gain.gain.exponentialRampToValueAtTime(0.001, now + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(now);
    oscillator.stop(now + seconds);
  } catch {
    // A device without sound scans all the same.
  }
}

export function beep(): void {
  tone(1200, 0.12);
}

export function alarm(): void {
  tone(220, 0.5);
  navigator.vibrate?.(200);
}
