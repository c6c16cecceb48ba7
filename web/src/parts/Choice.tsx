// One of a few: side by side where there is room, a list to open on a phone.
import { NativeSelect, SegmentedControl, useMatches } from "@mantine/core";

interface Props {
  label: string;
  value: string;
  data: { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function Choice({ label, onChange, ...choice }: Props) {
  const isNarrow = useMatches({ base: true, sm: false });
  return isNarrow ? (
    <NativeSelect
      aria-label={label}
      onChange={(event) => onChange(event.currentTarget.value)}
      flex="1 1 150px"
      {...choice}
    />
  ) : (
    <SegmentedControl aria-label={label} onChange={onChange} {...choice} />
  );
}
