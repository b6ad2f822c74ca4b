using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Alarms;

public sealed partial class AlarmRegister
{
    private const uint SnapshotMagic = 0x41524753; // "SGRA"
    // 2 knows at which level an alarm was acknowledged. Older ones are not read: the log is.
    private const ushort SnapshotVersion = 2;

    /// <summary>Writes all alarms held.</summary>
    public void WriteSnapshot(IBufferWriter<byte> output)
    {
        // Ended ones in the order in which they would make room; the order of the active ones does not matter.
        var held = Alarms.Where(alarm => alarm.Active).Select(alarm => new HeldAlarm(alarm, byId[alarm.Id].Condition))
            .Concat(ended.Select(entry => new HeldAlarm(entry.Alarm, Level.None)));
        byte[] body = JsonSerializer.SerializeToUtf8Bytes([.. held], HeldAlarmJson.Default.HeldAlarmArray);
        SnapshotFrame.Write(output, SnapshotMagic, SnapshotVersion, body);
    }

    /// <summary>Takes over the alarms of a snapshot in place of those held.</summary>
    /// <returns>False when it cannot be read; then the register is empty.</returns>
    public bool TryRestore(ReadOnlySpan<byte> snapshot)
    {
        Clear();
        if (!SnapshotFrame.TryOpen(snapshot, SnapshotMagic, SnapshotVersion, out var body) || Parse(body) is not { } held)
            return false;
        foreach (var (alarm, condition) in held)
        {
            var entry = new Entry(alarm) { Condition = condition };
            byId[alarm.Id] = entry;
            if (alarm.Active)
                active[(alarm.Rule, alarm.Scope)] = entry;
            else
                entry.Place = ended.AddLast(entry);
        }
        return true;
    }

    /// <summary>Lets go of all alarms.</summary>
    internal void Clear()
    {
        active.Clear();
        byId.Clear();
        ended.Clear();
    }

    private static HeldAlarm[]? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, HeldAlarmJson.Default.HeldAlarmArray);
        }
        catch (JsonException)
        {
            // Whole, but not of this shape: written by another version that forgot to say so. The log is read instead.
            return null;
        }
    }
}

internal sealed record HeldAlarm(Alarm Alarm, Level Condition);

[JsonSerializable(typeof(HeldAlarm[]))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class HeldAlarmJson : JsonSerializerContext;
