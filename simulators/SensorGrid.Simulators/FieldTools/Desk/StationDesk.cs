using System.Globalization;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Simulators.FieldTools.Encoders;
using SensorGrid.Simulators.Stations;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A station for one person: connects to a centre, sends what is typed, what stands in a file, or the same again and again, answers the centre, and shows
/// what goes over the line. Connects again when the line breaks; what was not acknowledged is sent again.</summary>
public sealed class StationDesk : IDisposable
{
    private readonly IManualStation station;
    private readonly FieldFormat format;
    private readonly FrameTrace trace;
    private readonly TimeProvider time;
    private readonly StationLink link;

    /// <param name="target">Where the centre is.</param>
    /// <param name="station">Who it is.</param>
    /// <param name="format">Its protocol.</param>
    /// <param name="trace">What is shown.</param>
    /// <param name="time">The clock.</param>
    public StationDesk((string Host, int Port) target, IManualStation station, FieldFormat format, FrameTrace trace, TimeProvider time)
    {
        (this.station, this.format, this.trace, this.time) = (station, format, trace, time);
        string centre = target.Host.Contains(':') ? $"[{target.Host}]:{target.Port}" : $"{target.Host}:{target.Port}";
        link = new(target.Host, target.Port, station, time, (isSent, bytes) => trace.Frames(isSent, centre, bytes.Span), what => trace.Note('*', what));
    }

    /// <summary>Reads HOST:PORT; an IPv6 address stands in brackets.</summary>
    public static bool TryParseTarget(string text, out (string Host, int Port) target)
    {
        target = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            return false;
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':'))
            return false;
        target = (host, port);
        return host.Length > 0;
    }

    /// <summary>A station of a protocol.</summary>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="id">Who it is; null for an example.</param>
    /// <param name="password">Its password; null for the usual one.</param>
    /// <exception cref="FrameEncodeException">One of them is none.</exception>
    public static IManualStation NewStation(FieldProtocol protocol, string? id, string? password)
    {
        switch (protocol)
        {
            case FieldProtocol.Sl651:
                id ??= "0012345678";
                password ??= "0000";
                if (!Sl651Address.TryParse(id, out var address))
                    throw new FrameEncodeException("--id", $"'{id}' is no address of ten hex digits.");
                return ushort.TryParse(password, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort word)
                    ? new ManualSl651Station(new() { Address = address, Password = word })
                    : throw new FrameEncodeException("--password", $"'{password}' is no password of four hex digits.");
            case FieldProtocol.Hj212:
                id ??= "SENSORGRID000001";
                return id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAny(";,=&") && id.All(char.IsAscii)
                    ? new ManualHj212Station(new() { Mn = id, Pw = password ?? "123456" })
                    : throw new FrameEncodeException("--id", $"'{id}' is no MN of 1 to 64 letters and digits.");
            case FieldProtocol.Gb26875:
                return DeviceAddress.TryParse(id ?? "1", out var device)
                    ? new ManualGb26875Station(new() { Address = device })
                    : throw new FrameEncodeException("--id", $"'{id}' is no address from 0 to {DeviceAddress.MaxValue}.");
            default:
                throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "There is no such station.");
        }
    }

    /// <summary>Runs until it is stopped, or told <c>quit</c>.</summary>
    /// <param name="input">What is typed; its end is not the station's.</param>
    /// <param name="reports">Reports that follow each other, one a pause.</param>
    /// <param name="repeated">A report that is sent again after each pause; null for none.</param>
    /// <param name="every">The pause.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="FrameEncodeException"><paramref name="reports"/> or <paramref name="repeated"/> hold what is no report: said before anything is sent.</exception>
    public async Task RunAsync(TextReader input, IReadOnlyList<string> reports, string? repeated, TimeSpan every, CancellationToken stop)
    {
        foreach (string report in reports)
            ReportLine.Parse(report, format.Protocol.ToWord());
        if (repeated is not null)
            ReportLine.Parse(repeated, format.Protocol.ToWord());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(link.RunAsync(ending.Token), ReadAsync(input, ending), SendAsync(reports, repeated, every, ending.Token));
    }

    /// <inheritdoc/>
    public void Dispose() => link.Dispose();

    private async Task ReadAsync(TextReader input, CancellationTokenSource ending)
    {
        try
        {
            while (await input.ReadLineAsync(ending.Token).AsTask().WaitAsync(ending.Token) is { } line)
            {
                switch (line.Trim())
                {
                    case "":
                        break;
                    case "quit" or "exit":
                        await ending.CancelAsync();
                        return;
                    case "waiting":
                        trace.Note('*', $"{link.Unacknowledged} reports are not acknowledged");
                        break;
                    default:
                        Report(line);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task SendAsync(IReadOnlyList<string> reports, string? repeated, TimeSpan every, CancellationToken stop)
    {
        try
        {
            foreach (string report in reports)
            {
                Report(report);
                await Task.Delay(every, time, stop);
            }
            while (repeated is not null)
            {
                Report(repeated);
                await Task.Delay(every, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private void Report(string line)
    {
        try
        {
            var report = ReportLine.Parse(line, format.Protocol.ToWord());
            link.Do(now => station.Report(report, now));
        }
        catch (FrameEncodeException e)
        {
            trace.Note('!', e.Message);
        }
    }
}
