using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using SensorGrid.Edge.Outbox;
using SensorGrid.Readings.Time;

namespace SensorGrid.Edge.Uplink;

/// <summary>Publishes one stretch of the outbox in order on one topic, with a window of messages that wait for acknowledgement, and
/// acknowledges them to the outbox as they come back. Lives as long as its connection.</summary>
internal sealed class UplinkLane(
    IMqttClient client, EdgeOutbox outbox, string topic, int window, UplinkOptions options, UplinkCounters counters,
    DeadLetterFile deadLetters, string deadLetterPath, RetryPauses backoff, TimeProvider clock, ILogger logger)
{
    /// <summary>Sends records from <paramref name="from"/> on and before <paramref name="before"/>; returns null when that stretch is
    /// acknowledged, otherwise why the connection is of no more use.</summary>
    public async Task<LaneEnd?> RunAsync(long from, long before, CancellationToken cancellationToken)
    {
        using var lane = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var room = new SemaphoreSlim(window);
        var inFlight = Channel.CreateBounded<InFlight>(new BoundedChannelOptions(window) { SingleReader = true, SingleWriter = true });
        var acknowledging = AcknowledgeAsync(inFlight.Reader, room, lane);
        var publishing = await PublishAsync(from, before, inFlight.Writer, room, lane.Token);
        inFlight.Writer.Complete();
        return await acknowledging ?? publishing;
    }

    private async Task<LaneEnd?> PublishAsync(
        long from, long before, ChannelWriter<InFlight> inFlight, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = outbox.CreateReader(from, before);
            var pack = new PackBuilder(options.PackReadings, options.PackBytes);
            while (await reader.ReadAsync(pack, cancellationToken) is { } range)
            {
                await room.WaitAsync(cancellationToken);
                int readings = pack.Readings;
                byte[] payload = pack.Take();
                var message = new MqttApplicationMessageBuilder()
                    .WithTopic(topic)
                    .WithPayload(payload)
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
                    .Build();
                // Not awaited here: the client queues sends in the order of the calls, and the acknowledgement is awaited beside. Not
                // cancelled either: half a packet would spoil the connection for the goodbye. It ends with its client at the latest.
                var acknowledgement = client.PublishAsync(message, CancellationToken.None);
                Observe(acknowledgement);
                counters.Published();
                await inFlight.WriteAsync(new(range, readings, payload, acknowledgement), CancellationToken.None);
            }
            return null;
        }
        catch (OperationCanceledException)
        {
            return new(UplinkEnding.Stopped, "");
        }
        catch (Exception exception) when (IsDisconnection(exception))
        {
            return new(UplinkEnding.Disconnected, exception.Message);
        }
    }

    private async Task<LaneEnd?> AcknowledgeAsync(ChannelReader<InFlight> inFlight, SemaphoreSlim room, CancellationTokenSource lane)
    {
        LaneEnd? end = null;
        await foreach (var message in inFlight.ReadAllAsync(CancellationToken.None))
        {
            // Once the lane has ended, what is left stays unacknowledged in the outbox and is sent again.
            if (end is not null)
                continue;
            end = await TakeAcknowledgementAsync(message, lane.Token);
            if (end is null)
                room.Release();
            else
                await lane.CancelAsync();
        }
        return end;
    }

    // A publish that fails after nobody waits for it any more says nothing new; without this it would count as an unobserved failure.
    internal static void Observe(Task task) => task.ContinueWith(
        static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private async Task<LaneEnd?> TakeAcknowledgementAsync(InFlight message, CancellationToken cancellationToken)
    {
        try
        {
            var result = await message.Acknowledgement.WaitAsync(options.AcknowledgementTimeout, clock, cancellationToken);
            if (result.IsSuccess || result.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers)
            {
                counters.Acknowledged(message.Readings);
                backoff.Succeeded();
                outbox.Acknowledge(message.Range);
                return null;
            }
            if (result.ReasonCode == MqttClientPublishReasonCode.PayloadFormatInvalid)
            {
                // Sending the same bytes again cannot help, and in order means that everything behind would wait for ever.
                deadLetters.Append(topic, result.ReasonCode.ToString(), message.Payload);
                counters.SetAside(message.Readings);
                Log.UplinkSetAside(logger, options.Gateway, message.Readings, $"{result.ReasonCode} {result.ReasonString}".TrimEnd(), deadLetterPath);
                outbox.Acknowledge(message.Range);
                return null;
            }
            return new(UplinkEnding.MessageRefused, $"{result.ReasonCode} {result.ReasonString}".TrimEnd() + $" on {topic}.");
        }
        catch (TimeoutException)
        {
            return new(UplinkEnding.NotAcknowledged, $"no acknowledgement within {options.AcknowledgementTimeout}.");
        }
        catch (OperationCanceledException)
        {
            return new(UplinkEnding.Stopped, "");
        }
        catch (Exception exception) when (IsDisconnection(exception))
        {
            return new(UplinkEnding.Disconnected, exception.Message);
        }
    }

    // The client says a lost connection in several ways, depending on which of its tasks met it first.
    internal static bool IsDisconnection(Exception exception) =>
        exception is MqttCommunicationException or MqttProtocolViolationException or SocketException or IOException or ObjectDisposedException;

    private sealed record InFlight(OutboxRange Range, int Readings, byte[] Payload, Task<MqttClientPublishResult> Acknowledgement);
}

/// <summary>Why a lane ended before its stretch was acknowledged.</summary>
internal sealed record LaneEnd(UplinkEnding Ending, string Detail);
