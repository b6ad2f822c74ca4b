using System.Buffers;
using System.Text;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Simulators.Demo;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>Writes the readings of one moment to each agent as one line of SenML, as a local sensor program would.</summary>
internal sealed class DemoFeeder(IReadOnlyDictionary<string, ChildProcess> agents)
{
    private const int MostReadingsOfALine = 200;

    private readonly Dictionary<string, Line> lines = agents.Keys.ToDictionary(gateway => gateway, _ => new Line(), StringComparer.Ordinal);

    /// <summary>Readings written so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Adds a reading to its gateway's line; true when that line is long enough to be sent.</summary>
    public bool Add(DemoStream stream, in DemoStep step, long observedAtTicks)
    {
        var line = lines[stream.Gateway.Id];
        line.Add(stream.Name, step, observedAtTicks);
        Readings++;
        return line.Count >= MostReadingsOfALine;
    }

    /// <summary>Sends every line that holds something.</summary>
    /// <exception cref="DemoException">An agent has ended.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        foreach (var (gateway, line) in lines)
        {
            if (line.Count > 0 && !await agents[gateway].TryWriteAsync(line.Finish(), cancellationToken))
                throw new DemoException($"The agent of {gateway} has ended: {agents[gateway].LastErrors}");
        }
    }

    private sealed class Line
    {
        private readonly ArrayBufferWriter<byte> bytes = new(4096);
        private readonly SenMlJsonWriter writer;

        public Line() => writer = new(bytes);

        public int Count { get; private set; }

        public void Add(string name, in DemoStep step, long observedAtTicks)
        {
            if (Count++ == 0)
            {
                bytes.ResetWrittenCount();
                writer.Begin(secondaryUnits: true);
            }
            byte[] utf8Name = Encoding.UTF8.GetBytes(name);
            var reading = step.Reading;
            switch (reading.Kind)
            {
                case ReadingKind.Boolean:
                    writer.WriteBoolean(utf8Name, observedAtTicks, reading.Value != 0);
                    break;
                case ReadingKind.Text:
                    writer.WriteText(utf8Name, observedAtTicks, Encoding.UTF8.GetBytes(reading.Text!));
                    break;
                case ReadingKind.Position:
                    writer.WritePosition(utf8Name, observedAtTicks, reading.Value, reading.Value2);
                    break;
                default:
                    writer.WriteNumber(utf8Name, observedAtTicks, reading.Value, UnitRegistry.IdOf(step.Unit));
                    break;
            }
        }

        public ReadOnlyMemory<byte> Finish()
        {
            writer.End();
            bytes.Write("\n"u8);
            Count = 0;
            return bytes.WrittenMemory;
        }
    }
}
