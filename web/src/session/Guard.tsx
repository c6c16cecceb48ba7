// Shows the frame to those who are signed in, and to others what lets them in.
import { useQuery } from "@tanstack/react-query";
import { Shell } from "../frame/Shell";
import { Failed, Loading } from "../parts/Empty";
import { ChangePassword } from "./ChangePassword";
import { SignIn } from "./SignIn";
import { me } from "./session";

export function Guard() {
  const { data: user, isPending, error, refetch } = useQuery(me());
  if (isPending) return <Loading />;
  if (user === undefined) return <Failed error={error} onRetry={refetch} />;
  if (user === null) return <SignIn />;
  if (user.must_change_password) return <ChangePassword forced />;
  return <Shell />;
}
