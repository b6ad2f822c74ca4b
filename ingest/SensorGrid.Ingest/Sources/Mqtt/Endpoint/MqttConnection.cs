using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Where a connection comes from and how to cut it off.</summary>
/// <param name="Transport">Its bytes.</param>
/// <param name="Address">The peer's address.</param>
/// <param name="Certificate">The peer's certificate, or null.</param>
/// <param name="Abort">Cuts it off at once, also while a send is stuck.</param>
internal sealed record MqttTransport(IDuplexPipe Transport, IPAddress Address, X509Certificate2? Certificate, Action Abort);

/// <summary>One connection of a client. Takes all whole packets out of what one read brought, answers what can be answered, and sends all of it with
/// one flush. Two threads meet here: the one that reads, and one of the pool that sends what became due meanwhile (<see cref="Wake"/>), at
/// most one of each.</summary>
internal sealed class MqttConnection : ISessionConnection, ICommitWaiter, IThreadPoolWorkItem, IDisposable
{
    private readonly MqttEndpoint endpoint;
    private readonly MqttTransport transport;
    private readonly PipeReader input;
    private readonly MqttPacketReader packets = new();

    // Never disposed: an end may come from any thread at any time, and it holds no timer.
    private readonly CancellationTokenSource ended = new();
    private readonly Lock inputGate = new();
    private bool inputIsComplete;

    // The reading thread.
    private MqttConnect? connecting;
    private ConnectionRequests? requests;
    private PublishReceiver? receiver;

    // Any thread.
    private PublishSender? sender;
    private volatile MqttClient? client;
    private volatile bool isOpen;
    private volatile bool hasConnect;
    private int ending;
    private MqttViolation violation;
    private MqttReasonCode refusal;
    private uint? disconnectExpiry;
    private long oldestSequence;
    private long lastReceived;
    private int scheduled;
    private volatile bool waitsForUs;

    public MqttConnection(MqttEndpoint endpoint, MqttTransport transport)
    {
        this.endpoint = endpoint;
        this.transport = transport;
        input = transport.Transport.Input;
        Output = new(transport.Transport.Output, endpoint.Time) { OnRoom = Wake };
        ConnectedAt = lastReceived = endpoint.Time.GetTimestamp();
    }

    /// <summary>What is sent.</summary>
    public MqttOutput Output { get; }

    /// <summary>The peer's address.</summary>
    public IPAddress Address => transport.Address;

    /// <summary>The peer's certificate, or null.</summary>
    public X509Certificate2? Certificate => transport.Certificate;

    /// <summary>Time stamp of its start.</summary>
    public long ConnectedAt { get; }

    /// <summary>Its client; null before CONNECT was accepted.</summary>
    public MqttClient? Client => client;

    /// <summary>CONNECT came in time.</summary>
    public bool HasConnect => hasConnect;

    /// <summary>How it ended.</summary>
    public MqttEnding Ending => (MqttEnding)Volatile.Read(ref ending);

    /// <summary>Longest silence that is allowed; zero when any is.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>Time stamp of the last packet; null while it is us who do not read: a client that waits for us is not dead.</summary>
    public long? LastReceived => waitsForUs ? null : Volatile.Read(ref lastReceived);

    /// <inheritdoc/>
    public long OldestSequence { get => Volatile.Read(ref oldestSequence); set => Volatile.Write(ref oldestSequence, value); }

    bool ICommitWaiter.IsWaiting { get; set; }

    /// <summary>Runs until the connection has ended. Never throws for what the peer or the network did.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadPacketsAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The transport's ways to say that the peer is gone, or our own way to stop waiting.
            End(MqttEnding.PeerClosed);
        }
        catch (SessionStoreException)
        {
            End(MqttEnding.Unavailable);
        }
        finally
        {
            End(MqttEnding.PeerClosed);
            await CloseAsync();
        }
    }

    /// <summary>Ends it; the first reason stays. Any thread; returns at once.</summary>
    public void End(MqttEnding reason)
    {
        if (Interlocked.CompareExchange(ref ending, (int)reason, (int)MqttEnding.None) != (int)MqttEnding.None)
            return;
        lock (inputGate)
        {
            if (!inputIsComplete)
                input.CancelPendingRead();
        }
        receiver?.Room.Set();
        // Not here: whoever ends a connection may hold locks, and what waits would go on under them. There is nothing to wait for either.
        _ = ended.CancelAsync();
    }

    /// <summary>Cuts it off: what was not sent is not sent.</summary>
    public void Abort(MqttEnding reason)
    {
        End(reason);
        transport.Abort();
    }

    /// <summary>Ends it for breaking the standard.</summary>
    public ReadStep Violate(MqttViolation what)
    {
        violation = what;
        endpoint.Violated(this, what);
        End(MqttEnding.Violation);
        return ReadStep.End;
    }

    /// <summary>Ends it before it began: CONNACK with a reason.</summary>
    public void Refuse(MqttReasonCode reason)
    {
        refusal = reason;
        End(MqttEnding.Refused);
    }

    /// <summary>Ends it as its client wants.</summary>
    public ReadStep Disconnect(in MqttDisconnect packet)
    {
        if (packet.SessionExpirySeconds > 0 && client!.AskedExpirySeconds == 0)
            return Violate(MqttViolation.SessionExpiryRaised);
        disconnectExpiry = packet.SessionExpirySeconds;
        End(packet.Reason == MqttReasonCode.Success ? MqttEnding.Disconnected : MqttEnding.DisconnectedWithWill);
        return ReadStep.End;
    }

    /// <summary>It has a session, and no CONNACK yet: nothing else may be sent.</summary>
    public void Attach(MqttClient attached)
    {
        client = attached;
        receiver = new(endpoint, this, attached);
        sender = new(endpoint, this, attached);
        requests = new(endpoint, this, attached, sender);
    }

    /// <summary>CONNACK is written: what the session holds may follow.</summary>
    public void Open(TimeSpan longestSilence)
    {
        LongestSilence = longestSilence;
        isOpen = true;
    }

    /// <summary>Sends what became due, soon, on a thread of the pool.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void ICommitWaiter.Answer() => SendDue();

    void ISessionConnection.OutgoingReady() => Wake();

    void ISessionConnection.Release(SessionRelease reason) => End(reason == SessionRelease.TakenOver ? MqttEnding.TakenOver : MqttEnding.SessionEnded);

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref scheduled, 0);
        SendDue();
    }

    /// <inheritdoc/>
    public void Dispose() => packets.Dispose();

    private async Task ReadPacketsAsync()
    {
        while (Ending == MqttEnding.None)
        {
            var read = await input.ReadAsync();
            var room = endpoint.Sessions.WaitForRoomAsync(ended.Token);
            if (!room.IsCompletedSuccessfully)
                await WaitForRoomAsync(room);
            var rest = read.Buffer;
            var step = TakePackets(ref rest);
            // A packet is a sign of life, a part of one is not [MQTT-3.1.2-22; 3.1.1: -24].
            if (rest.Length < read.Buffer.Length)
                Volatile.Write(ref lastReceived, endpoint.Time.GetTimestamp());
            input.AdvanceTo(rest.Start, step == ReadStep.More ? rest.End : rest.Start);
            SendDue();
            if (step == ReadStep.More && read.IsCompleted)
                End(MqttEnding.PeerClosed);
            else if (step is not (ReadStep.More or ReadStep.End))
                await WaitAsync(step);
            if (Output.IsBlocked)
                await WaitUntilSentAsync();
        }
    }

    private async ValueTask WaitForRoomAsync(ValueTask room)
    {
        waitsForUs = true;
        await room;
        Volatile.Write(ref lastReceived, endpoint.Time.GetTimestamp());
        waitsForUs = false;
    }

    // A peer that does not read what we sent is not read either; the time it may take for that is the watch's.
    private async ValueTask WaitUntilSentAsync()
    {
        waitsForUs = true;
        await Output.Settled.WaitAsync(ended.Token);
        Volatile.Write(ref lastReceived, endpoint.Time.GetTimestamp());
        waitsForUs = false;
    }

    private ReadStep TakePackets(ref ReadOnlySequence<byte> rest)
    {
        while (Ending == MqttEnding.None)
        {
            if (rest.IsEmpty)
                return ReadStep.More;
            bool isFirst = !hasConnect;
            if (isFirst && rest.FirstSpan is [var first, ..] && first >> 4 != (int)MqttPacketType.Connect)
                return Violate(MqttViolation.ConnectNotFirst);
            int limit = isFirst ? endpoint.Options.MaxConnectBytes : endpoint.MaximumPacketSize;
            switch (MqttFrameScanner.Scan(rest, limit, packets.Version, out var frame, out var wrong))
            {
                case MqttScan.Incomplete:
                    return ReadStep.More;
                case MqttScan.Refused:
                    return Violate(wrong);
            }
            var step = isFirst ? TakeConnect(frame, rest) : Take(frame, rest.Slice(0, frame.Length));
            if (step is ReadStep.Next or ReadStep.Open or ReadStep.WaitForStore)
                rest = rest.Slice(frame.Length);
            if (step != ReadStep.Next)
                return step;
        }
        return ReadStep.End;
    }

    private ReadStep TakeConnect(MqttFrame frame, in ReadOnlySequence<byte> packet)
    {
        var wrong = packets.ReadConnect(frame, packet, out connecting);
        hasConnect = true;
        return wrong == MqttViolation.None ? ReadStep.Open : Violate(wrong);
    }

    private ReadStep Take(MqttFrame frame, in ReadOnlySequence<byte> packet)
    {
        switch (frame.Type)
        {
            case MqttPacketType.Publish:
                var wrong = packets.ReadPublish(frame, packet, out var publish);
                if (wrong == MqttViolation.None)
                    return receiver!.Take(publish);
                endpoint.TopicViolated(wrong);
                return Violate(wrong);
            case MqttPacketType.PubRel:
                wrong = packets.ReadAcknowledgement(frame, packet, out var release);
                return wrong == MqttViolation.None ? receiver!.Release(release.PacketId) : Violate(wrong);
            default:
                return requests!.Take(packets, frame, packet);
        }
    }

    private async ValueTask WaitAsync(ReadStep step)
    {
        waitsForUs = true;
        switch (step)
        {
            case ReadStep.Open:
                await ConnectHandshake.OpenAsync(endpoint, this, connecting!, ended.Token);
                if (isOpen)
                    connecting = null;
                SendDue();
                break;
            case ReadStep.WaitForAnswers:
                await receiver!.Room.WaitAsync();
                break;
            case ReadStep.WaitForLog:
                await endpoint.Sink.RoomAsync(ended.Token);
                break;
            case ReadStep.WaitForLive:
                await endpoint.Sink.BacklogRoomAsync(ended.Token);
                break;
            case ReadStep.WaitForStore:
                await requests!.AnswerAsync(ended.Token);
                SendDue();
                break;
        }
        Volatile.Write(ref lastReceived, endpoint.Time.GetTimestamp());
        waitsForUs = false;
    }

    private void SendDue()
    {
        if (isOpen)
        {
            receiver!.Answer();
            sender!.Send();
        }
        Output.Flush();
    }

    private async Task CloseAsync()
    {
        var opened = client;
        receiver?.Stop();
        if (opened is not null)
            endpoint.Left(this, opened, Ending, disconnectExpiry);
        SayGoodbye(opened);
        Output.Flush();
        lock (inputGate)
            inputIsComplete = true;
        await input.CompleteAsync();
        // A peer that does not read is cut off by the watch, which sees this connection until it is through.
        await Output.CompleteAsync();
        await Task.WhenAll(receiver?.StoreWait ?? Task.CompletedTask, sender?.StoreWait ?? Task.CompletedTask);
    }

    private MqttReasonCode? RefusalReason() => Ending switch
    {
        MqttEnding.Violation when violation == MqttViolation.ClientIdIllFormed && packets.Version == MqttVersion.V311 => null,
        MqttEnding.Violation => MqttViolations.ReasonOf(violation),
        MqttEnding.Refused => refusal,
        _ => null,
    };

    private void SayGoodbye(MqttClient? opened)
    {
        if (Output.IsBroken)
            return;
        lock (Output.Gate)
        {
            if (opened is null)
                ConnectHandshake.WriteRefusal(Output.Writer_NeedsLock, packets.Version, connecting, RefusalReason());
            else if (isOpen && opened.HasReasonCodes && Goodbye.ReasonOf(Ending, violation) is { } reason)
                MqttPacketWriter.Disconnect(Output.Writer_NeedsLock, reason);
        }
    }
}
