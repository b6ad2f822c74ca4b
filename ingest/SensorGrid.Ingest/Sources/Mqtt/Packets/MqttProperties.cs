using static SensorGrid.Ingest.Sources.Mqtt.Packets.MqttPropertyId;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>The properties of one packet of a client (2.2.2), read in place: spans point into the packet.
/// <code>
/// property length (variable byte integer)   { identifier (variable byte integer)   value }*
/// </code>
/// Order of judgement: a value that is not there or not well-formed is malformed; then whether the packet may carry it, and how often.</summary>
internal ref struct MqttProperties
{
    private ulong present;

    /// <summary>1 when the payload is announced as UTF-8.</summary>
    public byte PayloadFormat { get; private set; }

    /// <summary>Seconds; meaningful when <see cref="Has"/> says so.</summary>
    public uint MessageExpirySeconds { get; private set; }

    /// <summary>Media type of the payload.</summary>
    public ReadOnlySpan<byte> ContentType { get; private set; }

    /// <summary>Where an answer should go.</summary>
    public ReadOnlySpan<byte> ResponseTopic { get; private set; }

    /// <summary>What an answer should carry.</summary>
    public ReadOnlySpan<byte> CorrelationData { get; private set; }

    /// <summary>0 when there is none.</summary>
    public int SubscriptionIdentifier { get; private set; }

    /// <summary>Seconds.</summary>
    public uint SessionExpirySeconds { get; private set; }

    /// <summary>Seconds.</summary>
    public uint WillDelaySeconds { get; private set; }

    /// <summary>0 when there is none.</summary>
    public ushort TopicAlias { get; private set; }

    /// <summary>0 when there is none.</summary>
    public ushort TopicAliasMaximum { get; private set; }

    /// <summary>0 when there is none.</summary>
    public ushort ReceiveMaximum { get; private set; }

    /// <summary>Bytes; 0 when there is none.</summary>
    public uint MaximumPacketSize { get; private set; }

    /// <summary>Meaningful when <see cref="Has"/> says so; without it, 1.</summary>
    public byte RequestProblemInformation { get; private set; }

    /// <summary>1 when asked for.</summary>
    public byte RequestResponseInformation { get; private set; }

    /// <summary>Words of the peer.</summary>
    public ReadOnlySpan<byte> ReasonString { get; private set; }

    /// <summary>All properties as they came; <see cref="MqttUserProperties"/> reads the user properties out of them.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>Whether a property was given.</summary>
    public readonly bool Has(MqttPropertyId id) => (present & MqttPropertyTable.Bit(id)) != 0;

    /// <summary>Reads the property length and the properties.</summary>
    /// <param name="reader">Stands at the property length.</param>
    /// <param name="allowed">Those the packet may carry.</param>
    /// <param name="properties">What was read.</param>
    public static MqttViolation Read(scoped ref MqttBodyReader reader, ulong allowed, out MqttProperties properties)
    {
        properties = default;
        var violation = reader.ReadVariable(out int length);
        if (violation != MqttViolation.None || length == 0)
            return violation;
        if (!reader.TryRead(length, out var raw))
            return MqttViolation.BodyTooShort;
        MqttProperties found = default;
        found.Raw = raw;
        var body = new MqttBodyReader(raw);
        while (!body.IsAtEnd && violation == MqttViolation.None)
            violation = found.ReadOne(ref body, allowed);
        properties = found;
        return violation;
    }

    private MqttViolation ReadOne(scoped ref MqttBodyReader body, ulong allowed)
    {
        var violation = body.ReadVariable(out int id);
        if (violation != MqttViolation.None)
            return violation;
        uint number = 0;
        ReadOnlySpan<byte> bytes = default;
        violation = MqttPropertyTable.FormOf(id) switch
        {
            MqttPropertyForm.Byte => Sized(body.TryRead(out byte one), number = one),
            MqttPropertyForm.TwoBytes => Sized(body.TryRead(out ushort two), number = two),
            MqttPropertyForm.FourBytes => Sized(body.TryRead(out number), number),
            MqttPropertyForm.Variable => ReadNumber(ref body, out number),
            MqttPropertyForm.Binary => Sized(body.TryRead(out bytes), 0),
            MqttPropertyForm.Text => ReadText(ref body, out bytes),
            MqttPropertyForm.TextPair => ReadPair(ref body),
            _ => MqttViolation.PropertyUnknown,
        };
        if (violation != MqttViolation.None)
            return violation;
        ulong bit = 1UL << id;
        if ((allowed & bit) == 0)
            return MqttViolation.PropertyNotAllowed;
        if ((present & bit) != 0 && id != (int)UserProperty)
            return MqttViolation.PropertyRepeated;
        present |= bit;
        return Set((MqttPropertyId)id, number, bytes);
    }

    private MqttViolation Set(MqttPropertyId id, uint number, ReadOnlySpan<byte> bytes)
    {
        switch (id)
        {
            case PayloadFormatIndicator:
                PayloadFormat = (byte)number;
                return Unless(number > 1);
            case MessageExpiryInterval:
                MessageExpirySeconds = number;
                break;
            case MqttPropertyId.ContentType:
                ContentType = bytes;
                break;
            case MqttPropertyId.ResponseTopic:
                ResponseTopic = bytes;
                // Its own clause, whatever is wrong with it as a topic.
                return MqttTopicName.Check(bytes) == MqttViolation.None ? MqttViolation.None : MqttViolation.ResponseTopicInvalid;
            case MqttPropertyId.CorrelationData:
                CorrelationData = bytes;
                break;
            case MqttPropertyId.SubscriptionIdentifier:
                SubscriptionIdentifier = (int)number;
                return Unless(number == 0);
            case SessionExpiryInterval:
                SessionExpirySeconds = number;
                break;
            case WillDelayInterval:
                WillDelaySeconds = number;
                break;
            case MqttPropertyId.TopicAlias:
                TopicAlias = (ushort)number;
                return number == 0 ? MqttViolation.TopicAliasInvalid : MqttViolation.None;
            case MqttPropertyId.TopicAliasMaximum:
                TopicAliasMaximum = (ushort)number;
                break;
            case MqttPropertyId.ReceiveMaximum:
                ReceiveMaximum = (ushort)number;
                return Unless(number == 0);
            case MqttPropertyId.MaximumPacketSize:
                MaximumPacketSize = number;
                return Unless(number == 0);
            case MqttPropertyId.RequestProblemInformation:
                RequestProblemInformation = (byte)number;
                return Unless(number > 1);
            case MqttPropertyId.RequestResponseInformation:
                RequestResponseInformation = (byte)number;
                return Unless(number > 1);
            case MqttPropertyId.ReasonString:
                ReasonString = bytes;
                break;
        }
        return MqttViolation.None;
    }

    private static MqttViolation Sized(bool whole, uint _) => whole ? MqttViolation.None : MqttViolation.BodyTooShort;

    private static MqttViolation Unless(bool invalid) => invalid ? MqttViolation.PropertyValueInvalid : MqttViolation.None;

    private static MqttViolation ReadNumber(scoped ref MqttBodyReader body, out uint number)
    {
        var violation = body.ReadVariable(out int value);
        number = (uint)value;
        return violation;
    }

    private static MqttViolation ReadText(scoped ref MqttBodyReader body, out ReadOnlySpan<byte> text) =>
        body.TryRead(out text) ? MqttText.Check(text) : MqttViolation.BodyTooShort;

    private static MqttViolation ReadPair(scoped ref MqttBodyReader body)
    {
        var violation = ReadText(ref body, out _);
        return violation == MqttViolation.None ? ReadText(ref body, out _) : violation;
    }
}
