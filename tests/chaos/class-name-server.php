<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** The DNS of all domains. */
final class Name_Server {

	private const HERE = '127.0.0.1';

	public readonly string $address;

	/** @var resource */
	private $process;

	/** @var array<int, resource> */
	private array $pipes = array();

	private readonly string $control;

	public function __construct( string $log ) {
		$this->address = self::HERE . ':' . Servers::free_port();
		$this->control = self::HERE . ':' . Servers::free_port();
		$out           = array( 'file', $log, 'a' );
		$this->process = proc_open(
			array(
				// It ends with us, also where we are killed.
				...array( 'setpriv', '--pdeathsig', 'KILL', 'pebble-challtestsrv' ),
				...array( '-dns01', $this->address, '-management', $this->control, '-http01', '', '-https01', '', '-tlsalpn01', '' ),
				...array( '-defaultIPv4', self::HERE, '-defaultIPv6', '' ),
			),
			array( array( 'file', '/dev/null', 'r' ), $out, $out ),
			$this->pipes
		);
		Servers::wait_for( fn(): bool => $this->sets( self::HERE ), 'the name server' );
	}

	public function __destruct() {
		proc_terminate( $this->process, SIGKILL );
		proc_close( $this->process );
	}

	public function point_here( bool $exist ): void {
		if ( ! $this->sets( $exist ? self::HERE : '' ) ) {
			throw new \RuntimeException( 'The name server does not take an address.' );
		}
	}

	private function sets( string $address ): bool {
		$curl = curl_init( "http://{$this->control}/set-default-ipv4" );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_POSTFIELDS     => json_encode( array( 'ip' => $address ), JSON_THROW_ON_ERROR ),
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_TIMEOUT        => 10,
			)
		);
		curl_exec( $curl );

		return 200 === curl_getinfo( $curl, CURLINFO_RESPONSE_CODE );
	}
}
