using System.IO.Pipelines;
using System.IO.Ports;
using System.Net.Sockets;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Modbus;

namespace SensorGrid.Edge.Sensors.Modbus;

/// <summary>What became of a question.</summary>
/// <param name="Fault">Why there is no answer; null when there is one.</param>
/// <param name="Exception">The device's refusal; none when there are data.</param>
/// <param name="Data">The data; valid until the next question.</param>
public readonly record struct ModbusReply(string? Fault, ModbusException Exception, ReadOnlyMemory<byte> Data);

/// <summary>A line to devices: connects when it is first needed, asks one question at a time, and lets go of the line when an answer stays out, so that a late one
/// is never taken for that of the next question.</summary>
/// <param name="address">Where.</param>
/// <param name="timeout">How long an answer is awaited, and a connection.</param>
/// <param name="clock">For that.</param>
public sealed class ModbusLink(ModbusAddress address, TimeSpan timeout, TimeProvider clock) : IAsyncDisposable
{
    // An answer may come behind that many foreign frames before the line is given up.
    private const int MostForeignFrames = 16;

    private readonly byte[] request = new byte[ModbusFrames.TcpRequestBytes];
    private Stream? stream;
    private PipeReader? reader;
    private FrameStream? frames;
    private ushort transaction;

    /// <summary>Bytes that belonged to no frame, on the line as it is now.</summary>
    public long NoiseBytes => frames?.NoiseBytes ?? 0;

    /// <summary>Asks. Never throws for what the line or the device does.</summary>
    public async ValueTask<ModbusReply> AskAsync(ModbusRequest question, CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(cancellationToken);
            int length = Write(question);
            using var patience = new CancellationTokenSource(timeout, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            await stream!.WriteAsync(request.AsMemory(0, length), both.Token);
            var reply = await AnswerAsync(question, cancellationToken);
            if (reply.Fault is not null)
                await DisconnectAsync();
            return reply;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or InvalidOperationException)
        {
            await DisconnectAsync();
            return new(e.Message, ModbusException.None, default);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await DisconnectAsync();
            return new("no connection in time", ModbusException.None, default);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DisconnectAsync();

    private int Write(in ModbusRequest question)
    {
        if (address.Framing == ModbusFraming.Rtu)
        {
            ModbusFrames.WriteRtu(question, request);
            return ModbusFrames.RtuRequestBytes;
        }
        ModbusFrames.WriteTcp(++transaction, question, request);
        return ModbusFrames.TcpRequestBytes;
    }

    private async ValueTask<ModbusReply> AnswerAsync(ModbusRequest question, CancellationToken cancellationToken)
    {
        string fault = "no answer in time";
        for (int i = 0; i < MostForeignFrames; i++)
        {
            switch (await frames!.NextAsync(cancellationToken))
            {
                case FrameStreamOutcome.Frame:
                    var answer = address.Framing == ModbusFraming.Rtu
                        ? ModbusFrames.ReadRtu(frames.Current.Span, question)
                        : ModbusFrames.ReadTcp(frames.Current.Span, transaction, question);
                    if (answer.Fault == default)
                        return new(null, answer.Exception, frames.Current.Slice(answer.DataStart, answer.DataLength));
                    // Of a question before, or an echo of this one.
                    fault = answer.Fault.ToString();
                    break;
                case FrameStreamOutcome.Fault:
                    fault = frames.Fault.ToString();
                    break;
                case FrameStreamOutcome.End:
                    return new("the device closed the connection", ModbusException.None, default);
                default:
                    return new(fault, ModbusException.None, default);
            }
        }
        return new(fault, ModbusException.None, default);
    }

    private async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        if (stream is not null)
            return;
        stream = address.Device.Length > 0 ? OpenSerial() : await OpenTcpAsync(cancellationToken);
        reader = PipeReader.Create(stream, new(leaveOpen: true));
        IFrameScanner scanner = address.Framing == ModbusFraming.Rtu ? new ModbusRtuScanner() : new ModbusTcpScanner();
        frames = new(reader, scanner, new() { Idle = timeout }, clock);
    }

    private async Task<Stream> OpenTcpAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, both.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Stream OpenSerial()
    {
        var port = new SerialPort(address.Device, address.Baud, address.Parity, 8, address.StopBits);
        try
        {
            port.Open();
            port.DiscardInBuffer();
            return port.BaseStream;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    private async ValueTask DisconnectAsync()
    {
        if (reader is not null)
            await reader.CompleteAsync();
        if (stream is not null)
            await stream.DisposeAsync();
        (reader, stream, frames) = (null, null, null);
    }
}
