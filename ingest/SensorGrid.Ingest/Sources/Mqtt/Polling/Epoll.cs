using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SensorGrid.Ingest.Sources.Mqtt.Polling;

/// <summary>Tells which of many sockets can be read or written (Linux, epoll(7)), edge-triggered: told once when it begins, not again while it lasts. One thread
/// waits; sockets are added by any. A socket leaves when it is closed.
/// <code>
/// struct epoll_event   0       4            12        x64: packed
///                      │ events │ key         │
///                      0       4       8     16        elsewhere: the key is aligned
///                      │ events │       │ key │
/// </code></summary>
internal sealed class Epoll : IDisposable
{
    /// <summary>There are bytes, a connection, or an end.</summary>
    public const uint Readable = 0x1;

    /// <summary>There is room to send.</summary>
    public const uint Writable = 0x4;

    /// <summary>The peer sends no more, or the connection broke (ERR, HUP, RDHUP): reading says which.</summary>
    public const uint Ended = 0x8 | 0x10 | 0x2000;

    /// <summary>Key of <see cref="Interrupt"/>.</summary>
    public const long InterruptKey = -1;

    private const uint EdgeTriggered = 1u << 31;
    private const int Add = 1;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int MostEvents = 512;
    private const int Interrupted = 4;
    private const int Again = 11;
    private const int TimedOut = 110;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    private static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int KeyAt = Size - sizeof(long);

    private readonly SafeFileHandle poll;
    private readonly SafeFileHandle interrupt;
    private readonly byte[] events = new byte[MostEvents * Size];

    public Epoll()
    {
        poll = Open(epoll_create1(CloseOnExec));
        interrupt = Open(eventfd(0, CloseOnExec | NonBlocking));
        Watch((int)interrupt.DangerousGetHandle(), InterruptKey, Readable);
    }

    /// <summary>Whether this system has it in the shape that is known here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Watches a socket from now on; what it can do already is told at once.</summary>
    public void Watch(Socket socket, long key)
    {
        bool held = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref held);
            Watch((int)socket.SafeHandle.DangerousGetHandle(), key, Readable | Writable | Ended);
        }
        finally
        {
            if (held)
                socket.SafeHandle.DangerousRelease();
        }
    }

    /// <summary>Waits until something happened.</summary>
    /// <returns>How many; see <see cref="At"/>.</returns>
    public int Wait()
    {
        int count = epoll_wait(poll, events, MostEvents, -1);
        if (count >= 0)
            return count;
        int error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw new Win32Exception(error);
    }

    /// <summary>One of what the last wait told.</summary>
    public (long Key, uint Events) At(int index)
    {
        var one = events.AsSpan(index * Size, Size);
        return (BinaryPrimitives.ReadInt64LittleEndian(one[KeyAt..]), BinaryPrimitives.ReadUInt32LittleEndian(one));
    }

    /// <summary>Sends what the socket takes now. Not by <see cref="Socket.Send(ReadOnlySpan{byte})"/>, which does not tell how much it sent before it would have had to wait.</summary>
    /// <returns>Bytes that were sent; 0: it takes none now; negative: the connection is broken.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint sent = send(socket.SafeHandle, in MemoryMarshal.GetReference(bytes), bytes.Length, DontWait | NoSignal);
            if (sent >= 0)
                return (int)sent;
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                return error == Again ? 0 : -1;
        }
    }

    /// <summary>Takes what has come, without waiting: what the runtime does besides for <see cref="Socket.Receive(Span{byte})"/> is left out.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="into">Where to; not empty.</param>
    /// <param name="error">Success; WouldBlock: nothing has come; else how the connection broke.</param>
    /// <returns>Bytes that came; 0 without an error: the peer sends no more.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int Receive(Socket socket, Span<byte> into, out SocketError error)
    {
        while (true)
        {
            nint got = recv(socket.SafeHandle, out MemoryMarshal.GetReference(into), into.Length, DontWait);
            error = SocketError.Success;
            if (got >= 0)
                return (int)got;
            int why = Marshal.GetLastPInvokeError();
            if (why == Interrupted)
                continue;
            error = why switch
            {
                Again => SocketError.WouldBlock,
                TimedOut => SocketError.TimedOut,
                _ => SocketError.ConnectionReset,
            };
            return 0;
        }
    }

    /// <summary>Ends a wait, or the next one. Any thread.</summary>
    public void Interrupt()
    {
        // Its edge is all that counts; that the counter is full says that there was one.
        ulong one = 1;
        try
        {
            _ = write(interrupt, ref one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt.Dispose();
        poll.Dispose();
    }

    private void Watch(int descriptor, long key, uint wanted)
    {
        byte[] one = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(one, wanted | EdgeTriggered);
        BinaryPrimitives.WriteInt64LittleEndian(one.AsSpan(KeyAt), key);
        if (epoll_ctl(poll, Add, descriptor, one) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static SafeFileHandle Open(int descriptor) =>
        descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint send(SafeHandle socket, in byte bytes, nint count, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint recv(SafeHandle socket, out byte bytes, nint count, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_ctl(SafeFileHandle poll, int operation, int descriptor, byte[] happening);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_wait(SafeFileHandle poll, byte[] happenings, int most, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int eventfd(uint initial, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(SafeFileHandle descriptor, ref ulong bytes, nint count);
}
