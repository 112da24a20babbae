<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;
use ClosteSync\Text\Plain_Text;

/**
 * Reads the settings form as it was submitted: a field that is wrong keeps the value it had, and an error says why.
 */
final class Settings_Form {

	private const LONGEST_VALUE = 4000;

	/**
	 * What was wrong, in plain text.
	 *
	 * @var list<string>
	 */
	private array $errors = array();

	/**
	 * @param array<mixed> $input   The fields, without slashes. One that is not there stays as it is.
	 * @param Settings     $current The settings as they are.
	 */
	public function __construct(
		private readonly array $input,
		private readonly Settings $current,
	) {}

	/**
	 * The settings to save. Afterwards errors() says what was left as it was.
	 */
	public function settings(): Settings {
		$this->errors = array();
		return $this->current->with(
			array(
				'enabled'        => ! empty( $this->input['enabled'] ),
				'check_interval' => $this->interval(),
				'targets'        => $this->entries(
					'targets',
					$this->current->targets,
					/* translators: %s: what was entered */
					__( '“%s” is neither an IP address nor a host name. What counts as here stays as it was.', 'closte-sync' )
				),
				'www'            => $this->choice( 'www', $this->current->www, __( 'Choose one of the offered ways to handle www names. It stays as it was.', 'closte-sync' ) ),
				'subdomains'     => $this->choice( 'subdomains', $this->current->subdomains, __( 'Choose one of the offered ways to handle subdomains. It stays as it was.', 'closte-sync' ) ),
				'resolvers'      => $this->entries(
					'resolvers',
					$this->current->resolvers,
					/* translators: %s: what was entered */
					__( '“%s” is not the address of a DNS resolver: write an IP address, with a port if it is not 53. The resolvers stay as they were.', 'closte-sync' )
				),
				'digest'         => ! empty( $this->input['digest'] ),
				'owner_mail'     => ! empty( $this->input['owner_mail'] ),
			)
		);
	}

	/**
	 * What was wrong, in plain text.
	 *
	 * @return list<string>
	 */
	public function errors(): array {
		return $this->errors;
	}

	private function interval(): int {
		if ( ! isset( $this->input['check_interval'] ) ) {
			return $this->current->check_interval;
		}
		$interval = filter_var(
			$this->input['check_interval'],
			FILTER_VALIDATE_INT,
			array(
				'options' => array(
					'min_range' => Settings::MIN_CHECK_INTERVAL,
					'max_range' => Settings::MAX_CHECK_INTERVAL,
				),
			)
		);
		if ( is_int( $interval ) ) {
			return $interval;
		}
		$this->errors[] = sprintf(
			/* translators: 1: lowest, 2: highest, 3: current number of seconds */
			__( 'The DNS check interval must be a whole number of seconds from %1$d to %2$d. It stays at %3$d.', 'closte-sync' ),
			Settings::MIN_CHECK_INTERVAL,
			Settings::MAX_CHECK_INTERVAL,
			$this->current->check_interval
		);
		return $this->current->check_interval;
	}

	/**
	 * A field with one entry a line (or separated by spaces or commas).
	 *
	 * @param list<string> $current What it is.
	 * @param string       $error   The error, with %s for the entry that is wrong.
	 * @return list<string>
	 */
	private function entries( string $field, array $current, string $error ): array {
		$value = $this->input[ $field ] ?? null;
		if ( ! is_string( $value ) ) {
			return $current;
		}
		$entries = preg_split( '/[\s,]+/', substr( $value, 0, self::LONGEST_VALUE ), -1, PREG_SPLIT_NO_EMPTY );
		$entries = false === $entries ? array() : $entries;
		foreach ( $entries as $entry ) {
			if ( array() === Settings::sanitize( array( $field => array( $entry ) ) )->$field ) {
				$this->errors[] = sprintf( $error, Plain_Text::shorten( sanitize_text_field( $entry ), 60 ) );
				return $current;
			}
		}
		return $entries;
	}

	/**
	 * @template T of Www_Handling|Subdomain_Handling
	 * @param T $current What it is.
	 */
	private function choice( string $field, Www_Handling|Subdomain_Handling $current, string $error ): Www_Handling|Subdomain_Handling {
		if ( ! isset( $this->input[ $field ] ) ) {
			return $current;
		}
		$chosen = is_string( $this->input[ $field ] ) ? $current::tryFrom( $this->input[ $field ] ) : null;
		if ( null === $chosen ) {
			$this->errors[] = $error;
			return $current;
		}
		return $chosen;
	}
}
