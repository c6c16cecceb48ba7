// The nodes around the hub, drawn. The cards below say the same in words, so readers of screens miss nothing.
import { useTranslation } from "react-i18next";
import type { Cluster, ClusterNode } from "../../api/types";
import { span } from "../../parts/Age";
import { NODE_COLOURS } from "./states";

const WIDTH = 760;
const HEIGHT = 230;
const CENTRE = { x: WIDTH / 2, y: HEIGHT / 2 };
const REACH = { x: 285, y: 66 };
const RADIUS = 24;
/** How far along its way, and how far from it, the age of a log stands. */
const ALONG = 0.52;
const GAP = { straight: 10, slanting: 20 };
const HALF_HUB = { x: 34, y: 18 };

const ink = (node: ClusterNode) => `var(--mantine-color-${NODE_COLOURS[node.state]}-filled)`;

/** Where the nodes stand: on an ellipse around the hub, the first one at the left. */
function placeOf(at: number, count: number) {
  const angle = Math.PI + (2 * Math.PI * at) / count;
  return { x: CENTRE.x + REACH.x * Math.cos(angle), y: CENTRE.y + REACH.y * Math.sin(angle) };
}

interface Props {
  cluster: Cluster;
}

/** Where the age of a node's log stands: beside its way, far enough that a slanting one does not cross the words. */
function besideWay(x: number, y: number) {
  const slope = Math.abs(y - CENTRE.y) / Math.hypot(x - CENTRE.x, y - CENTRE.y);
  const isFalling = 0 < (x - CENTRE.x) * (y - CENTRE.y);
  const away = GAP.straight + GAP.slanting * slope;
  const aside = (isFalling ? 1 : -1) * away * slope;
  return {
    x: CENTRE.x + (x - CENTRE.x) * ALONG + aside,
    y: CENTRE.y + (y - CENTRE.y) * ALONG - away * Math.sqrt(1 - slope * slope),
  };
}

/** A node's way to the hub, with how old what comes from it is. */
function Way({ node, at, cluster }: Props & { node: ClusterNode; at: number }) {
  const { x, y } = placeOf(at, cluster.nodes.length);
  const log = cluster.logs.find((one) => one.node === node.name);
  const isHere = node.name === cluster.node;
  const isUp = isHere ? cluster.fabric?.connected : node.state === "up";
  const age = isHere ? undefined : log?.age_ms;
  return (
    <g>
      <line
        x1={CENTRE.x}
        y1={CENTRE.y}
        x2={x}
        y2={y}
        stroke={ink(node)}
        strokeWidth={isUp ? 2.5 : 1.5}
        strokeDasharray={isUp ? undefined : "5 6"}
      />
      {age != null && (
        <text className="map-way" {...besideWay(x, y)} textAnchor="middle" dominantBaseline="middle">
          {span(age)}
        </text>
      )}
    </g>
  );
}

function Spot({ node, at, cluster }: Props & { node: ClusterNode; at: number }) {
  const { x, y } = placeOf(at, cluster.nodes.length);
  const isHere = node.name === cluster.node;
  return (
    <g>
      {isHere && <circle cx={x} cy={y} r={RADIUS + 5} fill="none" stroke={ink(node)} strokeWidth={1.5} />}
      <circle cx={x} cy={y} r={RADIUS} fill={ink(node)} />
      <text className="map-count" x={x} y={y + 5} textAnchor="middle">
        {node.owns.length}
      </text>
      <text className="map-name" x={x} y={y + RADIUS + 20} textAnchor="middle">
        {node.name}
      </text>
    </g>
  );
}

export function NodeMap({ cluster }: Props) {
  const { t } = useTranslation();
  const isConnected = cluster.fabric?.connected;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t("cluster.map")}
      style={{ display: "block", width: "100%", maxHeight: 250 }}
    >
      {cluster.nodes.map((node, at) => (
        <Way key={node.name} node={node} at={at} cluster={cluster} />
      ))}
      <rect
        className="map-hub"
        x={CENTRE.x - HALF_HUB.x}
        y={CENTRE.y - HALF_HUB.y}
        width={2 * HALF_HUB.x}
        height={2 * HALF_HUB.y}
        rx={9}
        strokeDasharray={isConnected ? undefined : "5 6"}
      />
      <text className="map-name" x={CENTRE.x} y={CENTRE.y + 5} textAnchor="middle">
        {t("cluster.hub")}
      </text>
      {cluster.nodes.map((node, at) => (
        <Spot key={node.name} node={node} at={at} cluster={cluster} />
      ))}
    </svg>
  );
}
