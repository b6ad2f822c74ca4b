using System.Diagnostics;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>What is to be done with a message.</summary>
internal enum SparkplugVerdict
{
    /// <summary>It counts: into the log with what the session knows.</summary>
    Take = 1,

    /// <summary>Into the log as it came; nothing of it counts.</summary>
    Keep,

    /// <summary>Into the log as it came; it counts when those before it have come.</summary>
    Hold,

    /// <summary>Into the log as it came; nobody can name its metrics.</summary>
    Unresolved,
}

/// <summary>A message that came too early.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Device">Its device, UTF-8.</param>
/// <param name="Seq">Its place.</param>
/// <param name="Message">Source and sender of the message.</param>
/// <param name="Payload">Its bytes.</param>
internal sealed record HeldMessage(SparkplugMessageType Type, byte[] Device, byte Seq, IncomingMessage Message, byte[] Payload);

/// <summary>The session of one edge node, as a host application keeps it (Sparkplug 3.0, chapter 5). No I/O and no clock: <see cref="Judge"/> says what a
/// message is worth, <see cref="Apply"/> notes that it is in the log.
/// <code>
/// state       NBIRTH     NDEATH, own bdSeq   next seq          another seq        gap given up
/// unborn      born       (kept)              names only, ask   names only, ask    -
/// born        born anew  unborn              take              hold               doubtful, ask
/// doubtful    born anew  unborn              names only, ask   names only, ask    -
/// </code>
/// "Names only": metrics that say their names are taken, those with an alias alone are not, because the birth that gave it a meaning may be what is missing.
/// "Ask": a rebirth request. Everything is guarded by <see cref="Gate"/>.</summary>
internal sealed class SparkplugNode(SparkplugOptions options)
{
    private readonly SparkplugAliases aliases = new();
    private readonly Dictionary<string, SparkplugBirth> births = new(StringComparer.Ordinal);
    private readonly List<HeldMessage> held = [];
    private bool isBorn;
    private bool isDoubtful;
    private ulong bdSeq;
    private byte nextSeq;
    private int defined;

    /// <summary>Guards everything.</summary>
    public Lock Gate { get; } = new();

    /// <summary>When it may be asked for its births.</summary>
    public RebirthPacer Rebirth { get; } = new(options.RebirthFirst, options.RebirthLongest);

    /// <summary>Whether it has a session, trusted or not.</summary>
    public bool IsBorn => isBorn;

    /// <summary>Messages that wait for others.</summary>
    public int HeldCount => held.Count;

    /// <summary>When waiting ends, while <see cref="HeldCount"/> is not 0.</summary>
    public long HoldUntilTicks { get; private set; }

    /// <summary>Metrics beyond the bound, and aliases given twice, since its birth.</summary>
    public int Oddities { get; private set; }

    /// <summary>What a message is worth now. Changes nothing.</summary>
    public SparkplugVerdict Judge(SparkplugMessageType type, string device, SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        if (type == SparkplugMessageType.NodeBirth)
            return SparkplugVerdict.Take;
        // The will of an older connection says nothing about this one.
        if (type == SparkplugMessageType.NodeDeath)
            return isBorn && BdSeqOf(reader, payload) == bdSeq ? SparkplugVerdict.Take : SparkplugVerdict.Keep;
        if (isBorn && !isDoubtful && SeqOf(reader) != nextSeq)
            return SparkplugVerdict.Hold;
        return type switch
        {
            SparkplugMessageType.DeviceBirth => SparkplugVerdict.Take,
            SparkplugMessageType.DeviceDeath => BirthOf(device) is { IsAlive: true } ? SparkplugVerdict.Take : SparkplugVerdict.Keep,
            _ => CanNameAny(device, reader) ? SparkplugVerdict.Take : SparkplugVerdict.Unresolved,
        };
    }

    /// <summary>Writes the record of a message that counts: the payload, and what the session knows of its metrics. What does not fit goes into further records, each with
    /// the payload and its share.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="device">Its device.</param>
    /// <param name="device8">The same, UTF-8.</param>
    /// <param name="reader">Has read it.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="into">Gets the record.</param>
    /// <param name="first">The first metric of this record: 0, or what the call before gave.</param>
    /// <param name="mostBytes">Most bytes of a record.</param>
    /// <returns>The first metric of the next record; as many as there are when this was the last.</returns>
    public int Resolve(
        SparkplugMessageType type, string device, ReadOnlySpan<byte> device8, SparkplugReader reader, ReadOnlySpan<byte> payload, SparkplugWriter into, int first = 0,
        int mostBytes = SparkplugLimits.Record)
    {
        SparkplugResolution.Begin(into, payload, type, device8);
        var metrics = reader.Metrics;
        int next = metrics.Length;
        if (!NamesAll(reader))
        {
            var birth = BirthOf(device);
            for (next = first; next < metrics.Length; next++)
            {
                ref readonly var metric = ref metrics[next];
                var known = Find(birth, metric, reader, payload);
                int needed = SparkplugResolution.DefinitionOverhead + (known?.Name.Length ?? 0);
                if (next > first && into.Written.Length + needed + SparkplugResolution.DefinitionOverhead > mostBytes)
                    break;
                if (known is not null && !metric.HasName && metric.Datatype == SparkplugDatatype.Unknown)
                {
                    SparkplugResolution.Repeat(into, known.Defined);
                    continue;
                }
                SparkplugResolution.Define(
                    into, metric.HasName || known is null ? default : known.Name,
                    metric.Datatype == SparkplugDatatype.Unknown && known is not null ? known.Datatype : SparkplugDatatype.Unknown);
            }
        }
        if (first == 0 && next == metrics.Length)
            SparkplugResolution.End(into);
        else
            SparkplugResolution.EndPart(into, first);
        return next;
    }

    /// <summary>The births that a death silences.</summary>
    public IReadOnlyList<SparkplugBirth> SilencedBy(SparkplugMessageType type, string device) =>
        type == SparkplugMessageType.NodeDeath ? [.. births.Values.Where(birth => birth.IsAlive)] : BirthOf(device) is { IsAlive: true } birth ? [birth] : [];

    /// <summary>A message is in the log: the session moves on.</summary>
    public void Apply(SparkplugMessageType type, string device, SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case SparkplugMessageType.NodeBirth:
                Forget();
                (isBorn, bdSeq) = (true, BdSeqOf(reader, payload));
                Rebirth.Born();
                Define("", reader, payload);
                break;
            case SparkplugMessageType.NodeDeath:
                Forget();
                return;
            case SparkplugMessageType.DeviceBirth when isBorn && !isDoubtful:
                Define(device, reader, payload);
                break;
            case SparkplugMessageType.DeviceDeath:
                if (BirthOf(device) is { } dead)
                    dead.IsAlive = false;
                break;
            default:
                if (!IsUnderstood(device, reader, payload))
                    Rebirth.Want();
                break;
        }
        if (!isBorn || isDoubtful)
            Rebirth.Want();
        nextSeq = (byte)(SeqOf(reader) + 1);
    }

    /// <summary>A message that cannot be read is in the log.</summary>
    public void CouldNotRead() => Rebirth.Want();

    /// <summary>Lets a message wait.</summary>
    /// <returns>False when there is no room: give the gap up.</returns>
    public bool TryHold(HeldMessage message, long nowTicks)
    {
        if (held.Count == 0)
            HoldUntilTicks = nowTicks + options.ReorderTimeout.Ticks;
        // Sent twice: one of them is enough.
        if (held.Any(other => other.Seq == message.Seq && other.Payload.AsSpan().SequenceEqual(message.Payload)))
            return true;
        held.Add(message);
        return held.Count < options.ReorderMessages;
    }

    /// <summary>The held message whose turn it is; while the session is in doubt the one that was sent first.</summary>
    public HeldMessage? NextHeld() => isDoubtful || !isBorn
        ? held.MinBy(message => (byte)(message.Seq - nextSeq))
        : held.Find(message => message.Seq == nextSeq);

    /// <summary>A held message has had its turn.</summary>
    public void Release(HeldMessage message) => held.Remove(message);

    /// <summary>What is missing will not come: the session cannot be trusted any more.</summary>
    public void GiveUpGap()
    {
        isDoubtful = true;
        Rebirth.Want();
    }

    // Nothing waits any more: a birth or a death ends every wait first. What waited was of the old session, or of one whose birth is lost, and with the
    // numbers of the new one its aliases would be other metrics.
    private void Forget()
    {
        Debug.Assert(held.Count == 0);
        aliases.Clear();
        births.Clear();
        (isBorn, isDoubtful, defined, Oddities) = (false, false, 0, 0);
    }

    private void Define(string device, SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        if (births.Remove(device, out var before))
        {
            defined -= before.Definitions.Count;
            aliases.Forget(before);
        }
        var birth = new SparkplugBirth(System.Text.Encoding.UTF8.GetBytes(device));
        births[device] = birth;
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (!metric.HasName || defined == options.MaxMetricsPerNode)
            {
                Oddities++;
                continue;
            }
            int count = birth.Definitions.Count;
            var definition = birth.Define(reader.NameOf(payload, metric), metric.Datatype);
            defined += birth.Definitions.Count - count;
            if (!metric.HasAlias)
                continue;
            // Given twice: the last one holds.
            if (aliases.Define(metric.Alias, definition))
                Oddities++;
        }
    }

    private bool CanNameAny(string device, SparkplugReader reader)
    {
        if (reader.Metrics.IsEmpty)
            return true;
        var birth = BirthOf(device);
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (metric.HasName || ByAlias(birth, metric) is not null)
                return true;
        }
        return false;
    }

    private static bool NamesAll(SparkplugReader reader)
    {
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (!metric.HasName || metric.Datatype == SparkplugDatatype.Unknown)
                return false;
        }
        return true;
    }

    // Whether the births say the same of all its metrics as the message does.
    private bool IsUnderstood(string device, SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        if (BirthOf(device) is not { IsAlive: true } birth)
            return false;
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (Find(birth, metric, reader, payload) is not { } known
                || (metric.Datatype != SparkplugDatatype.Unknown && known.Datatype != SparkplugDatatype.Unknown && metric.Datatype != known.Datatype))
                return false;
        }
        return true;
    }

    private SparkplugDefinition? Find(SparkplugBirth? birth, in SparkplugMetric metric, SparkplugReader reader, ReadOnlySpan<byte> payload) =>
        metric.HasName ? birth?.Find(reader.NameOf(payload, metric)) : ByAlias(birth, metric);

    // An alias is one of the whole edge node; one of another device in this place is a mistake of somebody. A metric without name and alias has the alias 0,
    // which some encoders drop.
    private SparkplugDefinition? ByAlias(SparkplugBirth? birth, in SparkplugMetric metric) =>
        isBorn && !isDoubtful && birth is { IsAlive: true } && aliases.Find(metric.Alias) is { } known && known.Birth == birth ? known : null;

    private SparkplugBirth? BirthOf(string device) => births.GetValueOrDefault(device);

    // Left out where it is 0 by encoders that drop zeros.
    private static ulong SeqOf(SparkplugReader reader) => reader.Seq ?? 0;

    private static ulong BdSeqOf(SparkplugReader reader, ReadOnlySpan<byte> payload)
    {
        foreach (ref readonly var metric in reader.Metrics)
        {
            if (reader.NameOf(payload, metric).SequenceEqual(SparkplugCommands.BdSeq) && metric.Field is SparkplugField.Int or SparkplugField.Long)
                return (ulong)metric.IntegerAs(metric.Datatype);
        }
        return 0;
    }
}
