import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Empty, Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Code, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

/** The devices that take push notifications, for the user. */
export function Devices({ id }: { id: string }) {
  const words = useWords();
  const own = useSession().as(id);
  const devices = useResource((signal) => own.get("/v1/users/me/devices", { signal }), [id]);
  const [removing, setRemoving] = useState<string | null>(null);
  const remove = async (device: string) => {
    await own.delete("/v1/users/me/devices/{device_id}", { path: { device_id: device } });
    devices.reload();
  };
  return (
    <Panel title={words.users.devices}>
      <Shown of={devices}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.users.noDevices}</Empty>
          ) : (
            <div className="rows">
              <Table
                caption={words.users.devices}
                rows={data}
                keyOf={(device) => device.id}
                columns={[
                  { name: words.users.device, cell: (device) => <Code>{device.id}</Code> },
                  { name: words.users.platform, cell: (device) => device.platform },
                  { name: words.users.registered, cell: (device) => <Moment at={device.registered_at} /> },
                  {
                    name: words.common.acts,
                    kind: "acts",
                    cell: (device) => (
                      <button type="button" className="small" onClick={() => setRemoving(device.id)}>
                        {words.common.remove}
                      </button>
                    ),
                  },
                ]}
              />
            </div>
          )
        }
      </Shown>
      {removing && (
        <Confirm title={words.users.removeDevice(removing)} act={words.common.remove} onConfirm={() => remove(removing)} onClose={() => setRemoving(null)}>
          <p>{words.users.removeDeviceAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}
