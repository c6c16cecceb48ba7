// What became of a command that went to another node, in a sentence.
import { useTranslation } from "react-i18next";
import { ApiProblem, explain } from "../../api/problem";
import type { Operation } from "../../api/types";

export const OPERATION_COLOURS = { queued: "orange", done: "teal", refused: "red", expired: "red" } as const;

/** The word for what was asked; the server's own where we have none. */
export function useCommandWord(): (command: string) => string {
  const { t, i18n } = useTranslation();
  return (command) => {
    const key = `command.${command}`;
    return i18n.exists(key) ? t(key as "command.move") : command;
  };
}

export function useSays(): (operation: Operation) => string {
  const { t } = useTranslation();
  const word = useCommandWord();
  return ({ command, warehouse, owner, state, problem }) => {
    const why = problem ? explain(new ApiProblem(problem)) : "";
    return t(`operation.says_${state}`, { what: word(command), warehouse, owner, why });
  };
}
