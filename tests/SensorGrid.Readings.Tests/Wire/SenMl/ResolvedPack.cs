using System.Text;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>What a pack resolves to, as plain values that compare and print.</summary>
public sealed record ResolvedPack(SenMlError Error, int Version, IReadOnlyList<ResolvedRecord> Records)
{
    public static ResolvedPack Of(SenMlReader reader, SenMlError error)
    {
        var records = new List<ResolvedRecord>();
        foreach (ref readonly var record in reader.Records)
        {
            records.Add(new(
                Encoding.UTF8.GetString(reader.NameOf(record)), Encoding.UTF8.GetString(reader.UnitOf(record)), record.Kind, record.Number,
                Encoding.UTF8.GetString(reader.TextOf(record)), record.HasSum ? record.Sum : null,
                record.HasUpdateTime ? record.UpdateTime : null, record.ObservedAtTicks, record.HasRelativeTime));
        }
        return new(error, error == SenMlError.None ? reader.Version : 0, records);
    }

    public bool Equals(ResolvedPack? other) =>
        other is not null && Error == other.Error && Version == other.Version && Records.SequenceEqual(other.Records);

    public override int GetHashCode() => HashCode.Combine(Error, Version, Records.Count);

    public override string ToString() => $"{Error} version {Version}\n{string.Join('\n', Records)}";
}

public sealed record ResolvedRecord(
    string Name, string Unit, SenMlValueKind Kind, double Number, string Text, double? Sum, double? UpdateTime, long Ticks, bool Relative);
