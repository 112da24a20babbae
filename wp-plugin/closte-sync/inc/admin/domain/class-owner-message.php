<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Diagnosis\Owner_Advice;
use ClosteSync\Diagnosis\Records_Text;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Text\Problem_Message;

/**
 * What somebody writes to the owner of a domain: what is wrong, and which DNS records to change. Plain text.
 */
final class Owner_Message {

	private function __construct(
		public readonly string $subject,
		public readonly string $body,
	) {}

	/**
	 * @param string $name The domain for people.
	 */
	public static function of( Ledger_Row $row, string $name ): self {
		return new self(
			/* translators: %s: domain */
			sprintf( __( 'DNS records of %s', 'closte-sync' ), $name ),
			implode(
				"\n\n",
				array_filter(
					array(
						__( 'Hello,', 'closte-sync' ),
						array() === $row->problems ? Owner_Advice::of( $row ) : Problem_Message::finding( $row->problems[0] ),
						/* translators: %s: domain */
						sprintf( __( 'Please change these records at the DNS provider of %s:', 'closte-sync' ), $name ),
						Records_Text::of( $row->dns_records() ),
						__( 'A record to set replaces the records of the same type that this name has now.', 'closte-sync' ),
						__( 'The domain is checked again automatically.', 'closte-sync' ),
					),
					static fn( string $part ): bool => '' !== $part
				)
			)
		);
	}

	/**
	 * @param string $email To whom; '': who sends it fills that in.
	 */
	public function mailto( string $email ): string {
		return sprintf(
			'mailto:%1$s?subject=%2$s&body=%3$s',
			rawurlencode( $email ),
			rawurlencode( $this->subject ),
			rawurlencode( strtr( $this->body, array( "\n" => "\r\n" ) ) )
		);
	}
}
