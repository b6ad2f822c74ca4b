using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Modbus;

/// <summary>What an answer to a request says.</summary>
/// <param name="Fault">Why it is none to this request; default when it is one.</param>
/// <param name="Exception">The device's refusal; none when there are data.</param>
/// <param name="DataStart">First byte of the data in the frame.</param>
/// <param name="DataLength">Bytes of data.</param>
public readonly record struct ModbusAnswer(FrameFault Fault, ModbusException Exception, int DataStart = 0, int DataLength = 0);

/// <summary>
/// Frames of a Modbus master. A PDU is function and data (Modbus Application Protocol V1.1b3 §4.1):
/// <code>
/// request   function 1 │ address 2 │ count 2                 big endian
/// answer    function 1 │ bytes 1 │ data                      or function + 80h │ exception 1
/// TCP       transaction 2 │ protocol 2 = 0 │ length 2 │ unit 1 │ PDU          (Messaging on TCP/IP V1.0b §3.1.3)
/// RTU       unit 1 │ PDU │ CRC 2, low byte first                              (over Serial Line V1.02 §2.5.1)
/// </code>
/// </summary>
public static class ModbusFrames
{
    /// <summary>Most bytes of a TCP frame: 7 of header and a PDU of 253.</summary>
    public const int MaxTcpBytes = 260;

    /// <summary>Most bytes of an RTU frame.</summary>
    public const int MaxRtuBytes = 256;

    /// <summary>Bytes of a TCP request to read.</summary>
    public const int TcpRequestBytes = 12;

    /// <summary>Bytes of an RTU request to read.</summary>
    public const int RtuRequestBytes = 8;

    private const int TcpHeader = 7;
    private const byte ExceptionBit = 0x80;

    /// <summary>CRC-16 of RTU: start FFFF, polynomial A001 reflected; "123456789" gives 4B37.</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes) => Crc16.Of(bytes);

    /// <summary>Writes a request for TCP.</summary>
    /// <param name="transaction">Number that the answer repeats.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="into">At least <see cref="TcpRequestBytes"/>.</param>
    public static void WriteTcp(ushort transaction, in ModbusRequest request, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(into[4..], 6);
        into[6] = request.Unit;
        WritePdu(request, into[TcpHeader..]);
    }

    /// <summary>Writes a request for RTU.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="into">At least <see cref="RtuRequestBytes"/>.</param>
    public static void WriteRtu(in ModbusRequest request, Span<byte> into)
    {
        into[0] = request.Unit;
        WritePdu(request, into[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(into[6..], Crc(into[..6]));
    }

    /// <summary>Reads an answer for TCP, found whole by <see cref="ModbusTcpScanner"/>.</summary>
    public static ModbusAnswer ReadTcp(ReadOnlySpan<byte> frame, ushort transaction, in ModbusRequest request)
    {
        ushort answered = BinaryPrimitives.ReadUInt16BigEndian(frame);
        return answered == transaction ? ReadPdu(frame, 6, frame.Length, request) : new(new("other_transaction", 0, answered, transaction), default);
    }

    /// <summary>Reads an answer for RTU, found whole by <see cref="ModbusRtuScanner"/>.</summary>
    public static ModbusAnswer ReadRtu(ReadOnlySpan<byte> frame, in ModbusRequest request) => ReadPdu(frame, 0, frame.Length - 2, request);

    private static void WritePdu(in ModbusRequest request, Span<byte> into)
    {
        into[0] = (byte)request.Table;
        BinaryPrimitives.WriteUInt16BigEndian(into[1..], request.Address);
        BinaryPrimitives.WriteUInt16BigEndian(into[3..], request.Count);
    }

    // Unit, then the PDU.
    private static ModbusAnswer ReadPdu(ReadOnlySpan<byte> frame, int start, int end, in ModbusRequest request)
    {
        if (frame[start] != request.Unit)
            return new(new("other_unit", start, frame[start], request.Unit), default);
        byte function = frame[start + 1];
        if ((function & ~ExceptionBit) != (byte)request.Table)
            return new(new("other_function", start + 1, function, (byte)request.Table), default);
        int length = end - start - 3;
        if ((function & ExceptionBit) != 0)
            return length == 0 ? new(default, (ModbusException)frame[start + 2]) : new(new("bad_length", start + 2, length, 0), default);
        return frame[start + 2] == length && length == request.DataBytes
            ? new(default, ModbusException.None, start + 3, length)
            : new(new("bad_length", start + 2, frame[start + 2], request.DataBytes), default);
    }
}
