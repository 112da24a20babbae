<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Writes into pebble-challtestsrv, and forgets again what it wrote. */
final class Name_Server {

	private const CLEAR = array( 'clear-a', 'clear-aaaa', 'clear-caa', 'clear-cname', 'clear-servfail' );

	private readonly Emulator $control;

	/**
	 * Names that have records by us.
	 *
	 * @var array<string, true>
	 */
	private array $names = array();

	/**
	 * Binds to a server that runs.
	 *
	 * @param string $control Address of its management interface.
	 */
	public function __construct( string $control ) {
		$this->control = new Emulator( $control, '' );
	}

	/**
	 * Sets what a name has, in place of what it had.
	 *
	 * @param string                                                              $name    Host name.
	 * @param array{a?: list<string>, aaaa?: list<string>, cname?: string, caa?: string, txt?: list<string>, servfail?: bool} $records Addresses, the
	 *        target of an alias, whom CAA allows to issue, texts.
	 */
	public function set( string $name, array $records ): void {
		$this->clear( $name );
		$this->names[ $name ] = true;
		foreach ( array( 'a', 'aaaa' ) as $type ) {
			if ( isset( $records[ $type ] ) ) {
				$this->tell( "add-$type", $name, array( 'addresses' => $records[ $type ] ) );
			}
		}
		if ( isset( $records['cname'] ) ) {
			$this->tell( 'set-cname', $name, array( 'target' => $records['cname'] ) );
		}
		if ( isset( $records['caa'] ) ) {
			$this->tell( 'add-caa', $name, array( 'policies' => array( array( 'tag' => 'issue', 'value' => $records['caa'] ) ) ) );
		}
		foreach ( $records['txt'] ?? array() as $text ) {
			$this->tell( 'set-txt', "$name.", array( 'value' => $text ) );
		}
		if ( $records['servfail'] ?? false ) {
			$this->tell( 'set-servfail', $name );
		}
	}

	/**
	 * The address of every name that has no records; '' for none.
	 *
	 * @param string $address IPv4 address.
	 */
	public function set_default( string $address ): void {
		$this->control->call( 'POST', '/set-default-ipv4', array( 'ip' => $address ) );
	}

	/** Forgets all names that were set. */
	public function reset(): void {
		array_map( $this->clear( ... ), array_keys( $this->names ) );
		$this->names = array();
		$this->set_default( '' );
	}

	private function clear( string $name ): void {
		foreach ( self::CLEAR as $path ) {
			$this->tell( $path, $name );
		}
		$this->tell( 'clear-txt', "$name." );
	}

	/**
	 * @param array<string, mixed> $more Beside the name.
	 */
	private function tell( string $path, string $name, array $more = array() ): void {
		$this->control->call( 'POST', "/$path", array( 'host' => $name ) + $more );
	}
}
