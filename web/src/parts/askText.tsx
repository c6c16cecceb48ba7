// Asks for one line of text and does something with it.
import { Button, Stack, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "../api/problem";

interface Props {
  label: string;
  start: string;
  work: (text: string) => Promise<void>;
  onDone: () => void;
}

function AskText({ label, start, work, onDone }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(start);
  const save = useMutation({ mutationFn: () => work(text), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={save.isError && explain(save.error)}
          data-autofocus
          required
        />
        <Button type="submit" loading={save.isPending}>
          {t("frame.save")}
        </Button>
      </Stack>
    </form>
  );
}

export function askText(label: string, start: string, work: (text: string) => Promise<void>): void {
  const id = modals.open({
    title: label,
    children: <AskText label={label} start={start} work={work} onDone={() => modals.close(id)} />,
  });
}
