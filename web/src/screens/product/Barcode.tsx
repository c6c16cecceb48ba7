import { Center, Skeleton, Text } from "@mantine/core";
import { type Format, useBarcode } from "./symbols";

interface Props {
  text: string;
  format: Format;
  height: number;
}

/** A code as a picture that scanners read, on white in the dark too. */
export function Barcode({ text, format, height }: Props) {
  const { data, isError } = useBarcode(text, format);
  if (isError) return <Text size="sm">{text}</Text>;
  if (!data) return <Skeleton height={height} width={height} />;
  return (
    <Center bg="white" p={6} style={{ borderRadius: 6 }}>
      <img src={data} alt={text} style={{ height, maxWidth: "100%", objectFit: "contain" }} />
    </Center>
  );
}
